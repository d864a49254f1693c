using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>What the traced functions of a batch share: one row per member; reductions over the last axis accumulate in float64.</summary>
internal static class BatchMath
{
    /// <summary>a.b of each member, float64, shape [b].</summary>
    public static Tensor Dots(Tensor a, Tensor b)
    {
        using Tensor axis = Tensor.Vector([-1]);
        return RawOps.Sum(As(a, DType.Float64) * As(b, DType.Float64), axis);
    }

    /// <summary>max |a_i| of each member, float64, shape [b].</summary>
    public static Tensor MaxAbsOfRows(Tensor a)
    {
        using Tensor axis = Tensor.Vector([-1]);
        return As(RawOps.Max(RawOps.Abs(a), axis), DType.Float64);
    }

    /// <summary>The tensor with another dimension of 1 before the given one.</summary>
    public static Tensor Widen(Tensor tensor, int axis = -1)
    {
        using Tensor at = Tensor.Scalar(axis);
        return RawOps.ExpandDims(tensor, at);
    }

    /// <summary>Whether numbers of commands are set, bool.</summary>
    public static Tensor IsSet(Tensor numbers, double value = 1) => RawOps.Equal(numbers, Tensor.Scalar(value));

    /// <summary>The tensor in another shape.</summary>
    public static Tensor Shaped(Tensor tensor, params long[] shape)
    {
        using Tensor to = Tensor.From(shape);
        return RawOps.Reshape(tensor, to);
    }

    /// <summary>The rows at some indices, int64.</summary>
    public static Tensor Rows(Tensor tensor, Tensor indices)
    {
        using Tensor axis = Tensor.Scalar(0);
        return RawOps.GatherV2(tensor, indices, axis);
    }
}
