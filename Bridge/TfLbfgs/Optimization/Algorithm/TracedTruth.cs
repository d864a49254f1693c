using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>A truth value in a graph.</summary>
/// <param name="Tensor">bool, shape [].</param>
internal readonly record struct TracedTruth(Tensor Tensor) : ITruth<TracedTruth>
{
    public static implicit operator TracedTruth(bool value) => new(Tensor.Scalar(value));

    public static TracedTruth operator &(TracedTruth a, TracedTruth b) => new(RawOps.LogicalAnd(a.Tensor, b.Tensor));

    public static TracedTruth operator |(TracedTruth a, TracedTruth b) => new(RawOps.LogicalOr(a.Tensor, b.Tensor));

    public static TracedTruth operator !(TracedTruth a) => new(RawOps.LogicalNot(a.Tensor));
}
