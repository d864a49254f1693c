using TfLbfgs.Gradients.Rules;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

// Derivatives of targets that are no scalars: one backward pass for each element of the target, or of one sample of it.
public sealed partial class GradientTape
{
    /// <summary>
    /// The derivative of each element of a target with respect to each element of a source. Python: <c>tape.jacobian</c>.
    /// </summary>
    /// <param name="target">What is differentiated, of known shape; borrowed.</param>
    /// <param name="source">A tensor that was watched or computed from one, of known shape; borrowed.</param>
    /// <param name="unconnected">What to do when the target does not depend on the source; default: throw.</param>
    /// <returns>The Jacobian, shape [target's shape, source's shape], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">
    /// A shape is not known, the target does not depend on the source, the tape was used up or disposed, or an op on the way has no
    /// gradient rule.
    /// </exception>
    public Tensor Jacobian(Tensor target, Tensor source, UnconnectedGradients unconnected = UnconnectedGradients.Throw) =>
        Jacobians(target, GradientSource.Of([source]), unconnected)[0];

    /// <summary>The derivative of each element of a target with respect to each element of several sources.</summary>
    /// <inheritdoc cref="Jacobian(Tensor, Tensor, UnconnectedGradients)"/>
    /// <param name="target">What is differentiated, of known shape; borrowed.</param>
    /// <param name="sources">Tensors that were watched or computed from one, of known shapes; borrowed.</param>
    /// <param name="unconnected">What to do when the target does not depend on a source; default: throw.</param>
    /// <returns>One Jacobian per source, owned by the caller.</returns>
    public Tensor[] Jacobian(Tensor target, IReadOnlyList<Tensor> sources, UnconnectedGradients unconnected = UnconnectedGradients.Throw) =>
        Jacobians(target, GradientSource.Of(sources), unconnected);

    /// <summary>The derivative of each element of a target with respect to each element of variables.</summary>
    /// <inheritdoc cref="Jacobian(Tensor, Tensor, UnconnectedGradients)"/>
    /// <param name="target">What is differentiated, of known shape; borrowed.</param>
    /// <param name="variables">Variables that were read while the tape recorded.</param>
    /// <param name="unconnected">What to do when the target does not depend on a variable; default: throw.</param>
    /// <returns>One Jacobian per variable, owned by the caller.</returns>
    public Tensor[] Jacobian(Tensor target, IReadOnlyList<Variable> variables,
        UnconnectedGradients unconnected = UnconnectedGradients.Throw) =>
        Jacobians(target, GradientSource.Of(variables), unconnected);

    /// <summary>
    /// The Jacobian of each sample of a batch: the derivative of row i of the target with respect to row i of the source, where no row of
    /// the target depends on another row of the source. One backward pass for each element of a row.
    /// Python: <c>tape.batch_jacobian</c>.
    /// </summary>
    /// <param name="target">What is differentiated, shape [b, ...], known; borrowed.</param>
    /// <param name="source">A tensor that was watched or computed from one, shape [b, ...], known; borrowed.</param>
    /// <param name="unconnected">What to do when the target does not depend on the source; default: throw.</param>
    /// <returns>The Jacobians, shape [b, target's other dimensions, source's other dimensions], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">
    /// A shape is not known or the batches differ, the target does not depend on the source, the tape was used up or disposed, or an op on
    /// the way has no gradient rule.
    /// </exception>
    public Tensor BatchJacobian(Tensor target, Tensor source, UnconnectedGradients unconnected = UnconnectedGradients.Throw)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        RequireKnown(target, source.Shape, source.Describe());
        if (target.Rank < 1 || source.Rank < 1 || target.Shape[0] != source.Shape[0])
        {
            throw new TfLbfgsException(
                $"GradientTape.BatchJacobian: expected a target and a source with the same first dimension, received {target.Describe()} "
                    + $"and {source.Describe()}.");
        }

        long batch = target.Shape[0], count = target.Shape.ElementCount / Math.Max(batch, 1);
        return Rows(target, GradientSource.Of([source]), unconnected, count, Weight, Assemble)[0];

        Tensor Weight(long column) =>
            RawOps.Reshape(RawOps.Tile(OneHot(column, count, target), RuleOperations.Ints(batch)), RuleOperations.Ints(target.Shape.Dims));

        Tensor Assemble(Tensor[] columns) => RawOps.Reshape(
            RawOps.Pack(columns, axis: 1), RuleOperations.Ints([.. target.Shape.Dims, .. source.Shape.Dims[1..]]));
    }

    private static Tensor OneHot(long index, long count, Tensor like) =>
        RawOps.OneHot(Tensor.Scalar(index), RuleOperations.Int32(count), Tensor.Scalar(1, like.DType), Tensor.Scalar(0, like.DType));

    private static void RequireKnown(Tensor target, Shape source, string description)
    {
        if (!target.Shape.IsFullyKnown || !source.IsFullyKnown)
            throw new TfLbfgsException($"A Jacobian needs shapes that are known while tracing: received the target {target.Describe()} "
                + $"and the source {description}.");
    }

    private Tensor[] Jacobians(Tensor target, GradientSource[] sources, UnconnectedGradients unconnected)
    {
        ArgumentNullException.ThrowIfNull(target);
        foreach (GradientSource source in sources)
            RequireKnown(target, source.Shape, source.ToString());
        long count = target.Shape.ElementCount;
        int next = 0;
        return Rows(
            target,
            sources,
            unconnected,
            count,
            element => RawOps.Reshape(OneHot(element, count, target), RuleOperations.Ints(target.Shape.Dims)),
            rows => RawOps.Reshape(RawOps.Pack(rows), RuleOperations.Ints([.. target.Shape.Dims, .. sources[next++].Shape.Dims])));
    }

    /// <summary>One pass for each weight of the target, and what is assembled of their gradients for each source.</summary>
    private Tensor[] Rows(Tensor target, GradientSource[] sources, UnconnectedGradients unconnected, long count, Func<long, Tensor> weight,
        Func<Tensor[], Tensor> assemble)
    {
        ThrowIfUsed();
        if (count == 0)
            throw new TfLbfgsException($"A Jacobian needs a target with elements: received {target.Describe()}.");
        if (!_persistent)
        {
            _used = true;
            _frame.Listeners.Remove(this);
        }

        try
        {
            using TensorScope scope = new();
            TapeEntry[] entries = [.. _entries];
            Tensor[][] rows = Array.ConvertAll(sources, _ => new Tensor[count]);
            for (long row = 0; row < count; row++)
            {
                BackwardPass pass = new(entries, sources);
                Tensor?[] gradients = pass.Run([target], [weight(row)]);
                for (int i = 0; i < sources.Length; i++)
                {
                    if (gradients[i] is null && unconnected == UnconnectedGradients.Throw)
                        throw Unconnected([target], sources, gradients, i, pass.Stops);
                    rows[i][row] = gradients[i] ?? sources[i].Zeros();
                }
            }

            Tensor[] results = Array.ConvertAll(rows, assembled => scope.Keep(assemble(assembled)));
            return results;
        }
        finally
        {
            if (!_persistent)
                Clear();
        }
    }
}
