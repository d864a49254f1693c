using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

// Gradients that stay sparse: those of embedding tables.
public sealed partial class GradientTape
{
    /// <summary>
    /// The gradients of a target with respect to variables, where those of variables that are only gathered from stay sparse: no tensor of
    /// the table's size is made. Python: what <c>tape.gradient</c> returns of an embedding.
    /// </summary>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="variables">Variables that were read while the tape recorded.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    /// <returns>For each variable a dense gradient, or sparse rows, or neither where the target does not depend on it; owned by the
    /// caller.</returns>
    /// <exception cref="TfLbfgsException">The tape was used up or disposed, or an op on the way has no gradient rule.</exception>
    public (Tensor? Dense, IndexedSlices? Slices)[] SparseGradient(Tensor target, IReadOnlyList<Variable> variables,
        Tensor? outputGradient = null) =>
        ComputeSparse(target, GradientSource.Of(variables), outputGradient);

    /// <summary>
    /// The gradients of a target with respect to tensors, where those of tensors that are only gathered from stay sparse.
    /// </summary>
    /// <inheritdoc cref="SparseGradient(Tensor, IReadOnlyList{Variable}, Tensor?)"/>
    /// <param name="target">What is differentiated; borrowed.</param>
    /// <param name="sources">Tensors that were watched or computed from one; borrowed.</param>
    /// <param name="outputGradient">Weights of the target's elements, of its shape; null: ones.</param>
    public (Tensor? Dense, IndexedSlices? Slices)[] SparseGradient(Tensor target, IReadOnlyList<Tensor> sources,
        Tensor? outputGradient = null) =>
        ComputeSparse(target, GradientSource.Of(sources), outputGradient);

    private (Tensor? Dense, IndexedSlices? Slices)[] ComputeSparse(Tensor target, GradientSource[] sources, Tensor? outputGradient)
    {
        ArgumentNullException.ThrowIfNull(target);
        ThrowIfUsed();
        if (!_persistent)
        {
            _used = true;
            _frame.Listeners.Remove(this);
        }

        (Tensor? Dense, IndexedSlices? Slices)[] results = new (Tensor?, IndexedSlices?)[sources.Length];
        try
        {
            using TensorScope scope = new();
            BackwardPass pass = new([.. _entries], sources);
            pass.Walk([target], Weights(outputGradient));
            for (int i = 0; i < sources.Length; i++)
            {
                results[i] = pass.Slices(sources[i].Id) is { } slices
                    ? (null, new IndexedSlices(slices.Values.Alias(), slices.Indices.Alias(), slices.RowCount.Alias()))
                    : (pass.Dense(sources[i].Id)?.Alias(), null);
            }
        }
        finally
        {
            if (!_persistent)
                Clear();
        }

        foreach ((Tensor? dense, IndexedSlices? slices) in results)
        {
            foreach (Tensor? tensor in (ReadOnlySpan<Tensor?>)[dense, slices?.Values, slices?.Indices, slices?.RowCount])
            {
                if (tensor is not null)
                    TensorScope.Register(tensor);
            }
        }

        return results;
    }
}
