using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

// What a tape computes from its record. Every form comes down to Compute.
public sealed partial class GradientTape
{
    /// <summary>The gradient of a target with respect to one source.</summary>
    /// <param name="target">What is differentiated; where it is no scalar, the sum of its elements is, weighted by the output gradient.
    /// Borrowed.</param>
    /// <param name="source">A tensor that was watched or computed from one. Borrowed.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <param name="unconnected">What to do when the target does not depend on the source; default: throw.</param>
    /// <returns>The gradient, of the source's shape and dtype, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">
    /// The target does not depend on the source, the tape was used up or disposed, or an op on the way has no gradient rule.
    /// </exception>
    public Tensor Gradient(Tensor target, Tensor source, Tensor? outputGradient = null,
        UnconnectedGradients unconnected = UnconnectedGradients.Throw) =>
        Connected([target], GradientSource.Of([source]), Weights(outputGradient), unconnected)[0];

    /// <summary>The gradients of a target with respect to several sources.</summary>
    /// <inheritdoc cref="Gradient(Tensor, Tensor, Tensor?, UnconnectedGradients)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="sources">Tensors that were watched or computed from one; borrowed.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <param name="unconnected">What to do when the target does not depend on a source; default: throw.</param>
    /// <returns>One gradient per source, owned by the caller.</returns>
    public Tensor[] Gradient(Tensor target, IReadOnlyList<Tensor> sources, Tensor? outputGradient = null,
        UnconnectedGradients unconnected = UnconnectedGradients.Throw) =>
        Connected([target], GradientSource.Of(sources), Weights(outputGradient), unconnected);

    /// <summary>The gradient of a target with respect to a variable.</summary>
    /// <inheritdoc cref="Gradient(Tensor, Tensor, Tensor?, UnconnectedGradients)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="variable">A variable that was read while the tape recorded.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <param name="unconnected">What to do when the target does not depend on the variable; default: throw.</param>
    /// <returns>The gradient, of the variable's shape and dtype, owned by the caller.</returns>
    public Tensor Gradient(Tensor target, Variable variable, Tensor? outputGradient = null,
        UnconnectedGradients unconnected = UnconnectedGradients.Throw) =>
        Connected([target], GradientSource.Of([variable]), Weights(outputGradient), unconnected)[0];

    /// <summary>The gradients of a target with respect to variables.</summary>
    /// <inheritdoc cref="Gradient(Tensor, Tensor, Tensor?, UnconnectedGradients)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="variables">Variables that were read while the tape recorded.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <param name="unconnected">What to do when the target does not depend on a variable; default: throw.</param>
    /// <returns>One gradient per variable, owned by the caller.</returns>
    public Tensor[] Gradient(Tensor target, IReadOnlyList<Variable> variables, Tensor? outputGradient = null,
        UnconnectedGradients unconnected = UnconnectedGradients.Throw) =>
        Connected([target], GradientSource.Of(variables), Weights(outputGradient), unconnected);

    /// <summary>The gradients of the sum of several targets with respect to several sources.</summary>
    /// <param name="targets">What is differentiated; borrowed.</param>
    /// <param name="sources">Tensors that were watched or computed from one; borrowed.</param>
    /// <param name="outputGradients">Weights of each target's elements, of its shape; null, or an entry null: ones.</param>
    /// <param name="unconnected">What to do when no target depends on a source; default: throw.</param>
    /// <returns>One gradient per source, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">
    /// No target depends on a source, the tape was used up or disposed, or an op on the way has no gradient rule.
    /// </exception>
    public Tensor[] Gradient(
        IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, IReadOnlyList<Tensor?>? outputGradients = null,
            UnconnectedGradients unconnected = UnconnectedGradients.Throw) =>
        Connected(targets, GradientSource.Of(sources), outputGradients, unconnected);

    /// <summary>
    /// The gradient of a target with respect to one source; null where the target does not depend on it. Python: <c>tape.gradient</c>.
    /// </summary>
    /// <inheritdoc cref="Gradient(Tensor, Tensor, Tensor?, UnconnectedGradients)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="source">A tensor; borrowed.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <returns>The gradient, owned by the caller; or null.</returns>
    public Tensor? GradientOrNull(Tensor target, Tensor source, Tensor? outputGradient = null) =>
        Compute([target], GradientSource.Of([source]), Weights(outputGradient), null)[0];

    /// <summary>The gradients of a target with respect to several sources; null for those on which the target does not depend.</summary>
    /// <inheritdoc cref="GradientOrNull(Tensor, Tensor, Tensor?)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="sources">Tensors; borrowed.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <returns>One gradient per source, owned by the caller; or null.</returns>
    public Tensor?[] GradientOrNull(Tensor target, IReadOnlyList<Tensor> sources, Tensor? outputGradient = null) =>
        Compute([target], GradientSource.Of(sources), Weights(outputGradient), null);

    /// <summary>The gradient of a target with respect to a variable; null where the target does not depend on it.</summary>
    /// <inheritdoc cref="GradientOrNull(Tensor, Tensor, Tensor?)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="variable">The variable.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <returns>The gradient, owned by the caller; or null.</returns>
    public Tensor? GradientOrNull(Tensor target, Variable variable, Tensor? outputGradient = null) =>
        Compute([target], GradientSource.Of([variable]), Weights(outputGradient), null)[0];

    /// <summary>The gradients of a target with respect to variables; null for those on which the target does not depend.</summary>
    /// <inheritdoc cref="GradientOrNull(Tensor, Tensor, Tensor?)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="variables">The variables.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <returns>One gradient per variable, owned by the caller; or null.</returns>
    public Tensor?[] GradientOrNull(Tensor target, IReadOnlyList<Variable> variables, Tensor? outputGradient = null) =>
        Compute([target], GradientSource.Of(variables), Weights(outputGradient), null);

    /// <summary>
    /// The gradients of the sum of several targets with respect to several sources; null for those on which no target depends.
    /// </summary>
    /// <inheritdoc cref="Gradient(IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, IReadOnlyList{Tensor?}?, UnconnectedGradients)"/>
    /// <param name="targets">What is differentiated; borrowed.</param>
    /// <param name="sources">Tensors; borrowed.</param>
    /// <param name="outputGradients">Weights of each target's elements, of its shape; null, or an entry null: ones.</param>
    /// <returns>One gradient per source, owned by the caller; or null.</returns>
    public Tensor?[] GradientOrNull(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources,
        IReadOnlyList<Tensor?>? outputGradients = null) =>
        Compute(targets, GradientSource.Of(sources), outputGradients, null);

    /// <summary>
    /// The ops that lead from a source to a target, or where the path between them ends. Uses nothing up: the gradient can be taken
    /// afterwards.
    /// </summary>
    /// <param name="target">What would be differentiated; borrowed.</param>
    /// <param name="source">With respect to what; borrowed.</param>
    /// <returns>Lines from the target down to the source.</returns>
    /// <exception cref="TfLbfgsException">The tape was used up or disposed.</exception>
    public string Explain(Tensor target, Tensor source) => Explain(target, GradientSource.Of([source])[0]);

    /// <inheritdoc cref="Explain(Tensor, Tensor)"/>
    /// <param name="target">What would be differentiated; borrowed.</param>
    /// <param name="variable">With respect to what.</param>
    public string Explain(Tensor target, Variable variable) => Explain(target, GradientSource.Of([variable])[0]);

    /// <summary>
    /// The gradients of a loss with respect to its parameters, a vector or variables: zeros for those that it does not depend on, and an
    /// exception where it depends
    /// on none.
    /// </summary>
    /// <param name="loss">The loss; borrowed.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="unconnected">Makes the exception from the sentence that says where the path ends.</param>
    /// <returns>One gradient per source, owned by the caller.</returns>
    internal Tensor[] GradientOfLoss(Tensor loss, GradientSource[] parameters, Func<string, Exception> unconnected) =>
        Array.ConvertAll(Compute([loss], parameters, null, UnconnectedGradients.Zero, unconnected), gradient => gradient!);

    private static Tensor?[]? Weights(Tensor? outputGradient) => outputGradient is null ? null : [outputGradient];

    private string Explain(Tensor target, GradientSource source)
    {
        ArgumentNullException.ThrowIfNull(target);
        ThrowIfUsed();
        TapePath path = new(_entries, _ended);
        return path.Describe(target, source, path.Reason(target, source, _tracked.Contains(source.Id)));
    }

    private Tensor[] Connected(IReadOnlyList<Tensor> targets, GradientSource[] sources, IReadOnlyList<Tensor?>? outputGradients,
        UnconnectedGradients unconnected) =>
        Array.ConvertAll(Compute(targets, sources, outputGradients, unconnected), gradient => gradient!);

    /// <summary>
    /// The gradients; those of unconnected sources are null, or what was chosen for them. Where none is connected, an exception can be
    /// asked for.
    /// </summary>
    private Tensor?[] Compute(
        IReadOnlyList<Tensor> targets, GradientSource[] sources, IReadOnlyList<Tensor?>? outputGradients, UnconnectedGradients? unconnected,
            Func<string, Exception>? noneConnected = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        foreach (Tensor target in targets)
            ArgumentNullException.ThrowIfNull(target, nameof(targets));
        ThrowIfUsed();
        if (outputGradients is not null && outputGradients.Count != targets.Count)
            throw new TfLbfgsException(
                $"Expected one output gradient for each of {targets.Count} targets, received {outputGradients.Count}.");
        if (!_persistent)
        {
            _used = true;
            _frame.Listeners.Remove(this);
        }

        Tensor?[] gradients;
        try
        {
            using TensorScope scope = new();
            // A persistent tape goes on recording, also the ops of this pass: it walks a copy.
            BackwardPass pass = new([.. _entries], sources);
            gradients = pass.Run(targets, outputGradients);
            if (unconnected == UnconnectedGradients.Throw && Array.IndexOf(gradients, null) is >= 0 and int missing)
                throw Unconnected(targets, sources, gradients, missing, pass.Stops);
            if (noneConnected is not null && Array.TrueForAll(gradients, gradient => gradient is null))
                throw noneConnected(new TapePath(_entries, _ended)
                    .Reason(targets[0], sources[0], _tracked.Contains(sources[0].Id), pass.Stops));
            for (int i = 0; i < gradients.Length; i++)
            {
                if (gradients[i] is null && unconnected == UnconnectedGradients.Zero)
                    gradients[i] = sources[i].Zeros();
                // One tensor may serve two sources, or be the caller's own output gradient: every result is an owner of its own.
                gradients[i] = gradients[i]?.Alias();
            }
        }
        finally
        {
            if (!_persistent)
                Clear();
        }

        foreach (Tensor? gradient in gradients)
        {
            if (gradient is not null)
                TensorScope.Register(gradient);
        }

        return gradients;
    }

    private TfLbfgsException Unconnected(
        IReadOnlyList<Tensor> targets, GradientSource[] sources, Tensor?[] gradients, int missing,
            IReadOnlyList<(string Op, long Input)> stops)
    {
        TapePath path = new(_entries, _ended);
        GradientSource source = sources[missing];
        string reason = path.Reason(targets[0], source, _tracked.Contains(source.Id), stops);
        int others = gradients.Count(gradient => gradient is null) - 1;
        string what = targets.Count == 1
            ? $"The target {targets[0].Describe()} does not depend"
            : $"None of the {targets.Count} targets ({targets[0].Describe()}, ...) depends";
        return new TfLbfgsException(
            $"{what} on {source}{(others > 0 ? $" and on {others} more source{(others > 1 ? "s" : "")}" : "")}. {reason} "
            + "To have null or zeros for it, call GradientOrNull or pass unconnected: UnconnectedGradients.Zero.");
    }

    private void ThrowIfUsed()
    {
        ThrowIfDisposed();
        if (_used)
            throw new TfLbfgsException("This GradientTape has given its one gradient. Create it with persistent: true to take more.");
    }
}
