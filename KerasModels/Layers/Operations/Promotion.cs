using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The dtype in which operations of Keras 3 compute with tensors of different dtypes. Python: <c>keras.src.backend.common.dtypes</c>.
/// </summary>
internal static class Promotion
{
    /// <summary>Brings two tensors to one dtype.</summary>
    public static (Tensor X, Tensor Y) Of(Tensor x, Tensor y)
    {
        DType dtype = Of(x.DType, y.DType);
        return (To(x, dtype), To(y, dtype));
    }

    /// <summary>Brings tensors to one dtype.</summary>
    public static Tensor[] Of(IReadOnlyList<Tensor> tensors)
    {
        DType dtype = tensors.Select(tensor => tensor.DType).Aggregate(Of);
        return [.. tensors.Select(tensor => To(tensor, dtype))];
    }

    /// <summary>The tensor itself where it is floating-point or complex, else as <see cref="KerasConfig.FloatX"/>.</summary>
    public static Tensor Floating(Tensor x) => x.DType.IsDifferentiable ? x : RawOps.Cast(x, KerasConfig.FloatX);

    /// <summary>
    /// The dtype of a constant of Python combined with a tensor: that of the tensor, unless the constant has a fraction and the tensor
    /// none.
    /// </summary>
    public static DType OfConstant(DType tensor, DType constant) =>
        constant == DType.String || (tensor == DType.Bool && constant != DType.Bool) ? constant
        : constant == DType.Float32 && !tensor.IsDifferentiable ? KerasConfig.FloatX
        : tensor;

    private static DType Of(DType x, DType y)
    {
        if (x == y)
            return x;
        (int rankX, int rankY) = (RankOf(x), RankOf(y));
        if (rankX != rankY)
            return rankX > rankY ? x : y;
        if (x.Size != y.Size)
            return x.Size > y.Size ? x : y;
        // Of float16 and bfloat16 neither holds the other; of a signed and an unsigned integer the next larger one would.
        return x.IsFloating ? DType.Float32 : x.Size < 4 ? DType.Int32 : DType.Int64;
    }

    private static int RankOf(DType dtype) => dtype.IsComplex ? 3 : dtype.IsFloating ? 2 : dtype == DType.Bool ? 0 : 1;

    private static Tensor To(Tensor x, DType dtype) => x.DType == dtype ? x : RawOps.Cast(x, dtype);
}
