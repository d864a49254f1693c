using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>A vector, or a number for all its elements, of a trace or at once.</summary>
/// <param name="Tensor">The tensor, shape [n] or [].</param>
internal readonly record struct TracedElements(Tensor Tensor) : IElements<TracedElements>
{
    public static TracedElements operator +(TracedElements a, TracedElements b) => new(a.Tensor + b.Tensor);

    public static TracedElements operator -(TracedElements a, TracedElements b) => new(a.Tensor - b.Tensor);

    public static TracedElements operator *(TracedElements a, TracedElements b) => new(a.Tensor * b.Tensor);

    /// <inheritdoc/>
    public static TracedElements Reciprocal(TracedElements a) => new(RawOps.Reciprocal(a.Tensor));

    /// <inheritdoc/>
    public static TracedElements Max(TracedElements a, TracedElements b) => new(RawOps.Maximum(a.Tensor, b.Tensor));
}
