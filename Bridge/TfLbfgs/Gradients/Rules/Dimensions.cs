using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Sizes of single dimensions as tensors: constants where they are known, computed from the shape elsewhere.</summary>
internal static class Dimensions
{
    /// <summary>A scalar of int64.</summary>
    public static Tensor Int64(long value) => Tensor.Scalar(value);

    /// <summary>The size of one dimension [], int64.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension; a negative one counts from the last and needs a rank that is known where the size is.</param>
    public static Tensor Dimension(Tensor x, int axis)
    {
        if (x.Shape.HasRank && x.Shape[axis < 0 ? axis + x.Rank : axis] is >= 0 and long known)
            return Int64(known);
        return RawOps.StridedSlice(RawOps.Shape(x, DType.Int64), Ints(axis), Ints(axis + 1), Ints(1), endMask: axis == -1 ? 1 : 0,
            shrinkAxisMask: 1);
    }

    /// <summary>Height and width [2] of images [batch, height, width, ...], int32.</summary>
    public static Tensor Spatial(Tensor images)
    {
        if (images.Shape.HasRank && images.Shape[1] >= 0 && images.Shape[2] >= 0)
            return Ints([images.Shape[1], images.Shape[2]], DType.Int32);
        return RawOps.Slice(RawOps.Shape(images, DType.Int32), Ints([1], DType.Int32), Ints([2], DType.Int32));
    }

    /// <summary>A vector of int64 from scalars.</summary>
    public static Tensor Dims(params ReadOnlySpan<Tensor> sizes)
    {
        long[] known = new long[sizes.Length];
        for (int i = 0; i < known.Length; i++)
        {
            if (ConstantValue(sizes[i]) is not [var size])
                return RawOps.Pack(sizes.ToArray());
            known[i] = size;
        }

        return Ints(known);
    }

    /// <summary>The product of scalars of int64.</summary>
    public static Tensor Product(params ReadOnlySpan<Tensor> sizes)
    {
        Tensor product = Dims(sizes);
        if (ConstantValue(product) is not { } known)
            return RawOps.Prod(product, Int32(0));
        long result = 1;
        foreach (long size in known)
            result *= size;
        return Int64(result);
    }

    /// <summary>The numbers from 0 [n], int64.</summary>
    public static Tensor Counting(Tensor n) => RawOps.Range(Int64(0), n, Int64(1));
}
