using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>What the traced functions of the driver share: reductions accumulate in float64 regardless of the vectors' dtype.</summary>
internal static class VectorMath
{
    /// <summary>The tensor in another dtype.</summary>
    public static Tensor As(Tensor tensor, DType dtype) => tensor.DType == dtype ? tensor : RawOps.Cast(tensor, dtype);

    /// <summary>a.b, float64, shape [].</summary>
    public static Tensor Dot(Tensor a, Tensor b) => Total(As(a, DType.Float64) * As(b, DType.Float64));

    /// <summary>The sum of the elements, float64, shape [].</summary>
    public static Tensor Total(Tensor a)
    {
        using Tensor axis = Tensor.Vector([0]);
        return RawOps.Sum(As(a, DType.Float64), axis);
    }

    /// <summary>max |a_i|, float64, shape [].</summary>
    public static Tensor MaxAbs(Tensor a)
    {
        using Tensor axis = Tensor.Vector([0]);
        return As(RawOps.Max(RawOps.Abs(a), axis), DType.Float64);
    }
}
