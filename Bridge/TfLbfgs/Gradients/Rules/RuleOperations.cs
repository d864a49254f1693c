using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// The small pieces that rules are built of. What is known of shapes and axes is used at once, so that little is computed and traces stay
/// small.
/// </summary>
internal static class RuleOperations
{
    /// <summary>The complex conjugate; a real tensor itself.</summary>
    public static Tensor Conj(Tensor x) => x.DType.IsComplex ? RawOps.Conj(x) : x;

    /// <summary>A gradient without its imaginary part, which does not count where the result is real by its nature.</summary>
    public static Tensor WithoutImaginary(Tensor g) => g.DType.IsComplex ? RawOps.Cast(RawOps.Real(g, g.DType.RealPart), g.DType) : g;

    /// <summary>A vector of int64, freed with the scope of the backward pass.</summary>
    public static Tensor Ints(params ReadOnlySpan<long> values)
    {
        Tensor vector = Tensor.Vector(values);
        TensorScope.Register(vector);
        return vector;
    }

    /// <summary>A vector of int32 or int64.</summary>
    public static Tensor Ints(ReadOnlySpan<long> values, DType dtype)
    {
        if (dtype == DType.Int64)
            return Ints(values);
        int[] narrow = new int[values.Length];
        for (int i = 0; i < narrow.Length; i++)
            narrow[i] = checked((int)values[i]);
        return Tensor.From(narrow);
    }

    /// <summary>A scalar of int32, such as an axis.</summary>
    public static Tensor Int32(long value) => Tensor.Scalar(checked((int)value));

    /// <summary>The elements of an integer tensor where they are known now; null in a trace for what is computed there.</summary>
    public static long[]? ConstantValue(Tensor tensor)
    {
        if (tensor.KnownIntegers is { } known)
            return known;
        return tensor.IsSymbolic ? null : tensor.DType switch
        {
            DType.Int64 => tensor.ToArray<long>(),
            DType.Int32 => Array.ConvertAll(tensor.ToArray<int>(), value => (long)value),
            _ => null,
        };
    }

    /// <summary>Axes between 0 and the rank, in the order given; null where they or the rank are not known.</summary>
    public static int[]? ConstantAxes(Tensor axes, int rank)
    {
        if (rank < 0 || ConstantValue(axes) is not { } known)
            return null;
        return Array.ConvertAll(known, axis => (int)(axis < 0 ? axis + rank : axis));
    }

    /// <summary>The shape of a tensor as a vector: a constant where it is known, the Shape op elsewhere.</summary>
    public static Tensor ShapeOf(Tensor x, DType dtype = DType.Int64) =>
        x.Shape.IsFullyKnown ? Ints(x.Shape.Dims, dtype) : RawOps.Shape(x, dtype);

    /// <summary>A tensor with the elements of one and the shape of another.</summary>
    public static Tensor ReshapeLike(Tensor g, Tensor like)
    {
        if (like.Shape.IsFullyKnown && g.Shape == like.Shape)
            return g;
        return RawOps.Reshape(g, ReshapeDimensions(like.Shape) is { } dims ? Ints(dims) : RawOps.Shape(like, DType.Int64));
    }

    /// <summary>The dimensions for a Reshape, at most one of them left to it as -1; null where that does not determine the shape.</summary>
    public static long[]? ReshapeDimensions(Shape shape)
    {
        if (!shape.HasRank)
            return null;
        int unknown = 0;
        bool empty = false;
        foreach (long dim in shape.Dims)
        {
            unknown += dim < 0 ? 1 : 0;
            empty |= dim == 0;
        }

        return unknown == 0 || (unknown == 1 && !empty) ? shape.ToArray() : null;
    }

    /// <summary>1 where the condition holds, 0 elsewhere.</summary>
    public static Tensor Indicator(Tensor condition, DType dtype) => RawOps.Cast(condition, dtype);

    /// <summary>Whether the dtype is one that a Cast has a gradient for.</summary>
    public static bool CastHasGradient(DType dtype) =>
        dtype is DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64 or DType.Complex64 or DType.Complex128;
}
