using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>A number in a graph.</summary>
/// <param name="Tensor">float64, shape [].</param>
internal readonly record struct TracedScalar(Tensor Tensor) : IScalar<TracedScalar, TracedTruth>
{
    public static implicit operator TracedScalar(double value) => new(Tensor.Scalar(value));

    public static implicit operator TracedScalar(Tensor tensor) => new(tensor);

    public static TracedScalar operator +(TracedScalar a, TracedScalar b) => new(a.Tensor + b.Tensor);

    public static TracedScalar operator -(TracedScalar a, TracedScalar b) => new(a.Tensor - b.Tensor);

    public static TracedScalar operator -(TracedScalar a) => new(-a.Tensor);

    public static TracedScalar operator *(TracedScalar a, TracedScalar b) => new(a.Tensor * b.Tensor);

    public static TracedScalar operator /(TracedScalar a, TracedScalar b) => new(a.Tensor / b.Tensor);

    public static TracedTruth operator <(TracedScalar a, TracedScalar b) => new(RawOps.Less(a.Tensor, b.Tensor));

    public static TracedTruth operator >(TracedScalar a, TracedScalar b) => new(RawOps.Greater(a.Tensor, b.Tensor));

    public static TracedTruth operator <=(TracedScalar a, TracedScalar b) => new(RawOps.LessEqual(a.Tensor, b.Tensor));

    public static TracedTruth operator >=(TracedScalar a, TracedScalar b) => new(RawOps.GreaterEqual(a.Tensor, b.Tensor));

    public static TracedTruth Same(TracedScalar a, TracedScalar b) => new(RawOps.Equal(a.Tensor, b.Tensor));

    public static TracedTruth IsFinite(TracedScalar a) => new(RawOps.IsFinite(a.Tensor));

    public static TracedScalar Abs(TracedScalar a) => new(RawOps.Abs(a.Tensor));

    public static TracedScalar Sign(TracedScalar a) => new(RawOps.Sign(a.Tensor));

    public static TracedScalar Sqrt(TracedScalar a) => new(RawOps.Sqrt(a.Tensor));

    public static TracedScalar Pow(TracedScalar a, TracedScalar exponent) => new(RawOps.Pow(a.Tensor, exponent.Tensor));

    public static TracedScalar Min(TracedScalar a, TracedScalar b) => new(RawOps.Minimum(a.Tensor, b.Tensor));

    public static TracedScalar Max(TracedScalar a, TracedScalar b) => new(RawOps.Maximum(a.Tensor, b.Tensor));

    public static TracedScalar If(TracedTruth condition, TracedScalar then, TracedScalar otherwise) =>
        new(RawOps.SelectV2(condition.Tensor, then.Tensor, otherwise.Tensor));

    /// <summary>One of two vectors, or a number in place of each of its elements.</summary>
    public static Tensor If(TracedTruth condition, Tensor then, Tensor otherwise) => RawOps.SelectV2(condition.Tensor, then, otherwise);

    /// <summary>Numbers of a packed vector.</summary>
    public static TracedScalar[] Unpack(Tensor vector, int count) =>
        Array.ConvertAll(RawOps.Unpack(vector, count, axis: 0), tensor => new TracedScalar(tensor));

    /// <summary>Numbers as one vector, float64.</summary>
    public static Tensor Pack(params ReadOnlySpan<TracedScalar> numbers)
    {
        Tensor[] tensors = new Tensor[numbers.Length];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = numbers[i].Tensor;
        return RawOps.Pack(tensors);
    }
}
