using System.Runtime.InteropServices;
using TfLbfgs.Keras.Saving.Hdf5;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving;

/// <summary>Weights as bytes of files.</summary>
internal static class WeightBytes
{
    /// <summary>The elements of a tensor of numbers, bit for bit.</summary>
    public static byte[] Of(Tensor value) => value.DType switch
    {
        DType.Float64 => MemoryMarshal.AsBytes<double>(value.ToArray<double>()).ToArray(),
        DType.Float32 => MemoryMarshal.AsBytes<float>(value.ToArray<float>()).ToArray(),
        DType.Float16 => MemoryMarshal.AsBytes<Half>(value.ToArray<Half>()).ToArray(),
        DType.BFloat16 => MemoryMarshal.AsBytes<BFloat16>(value.ToArray<BFloat16>()).ToArray(),
        { IsInteger: true } => value.ToBytes(),
        _ => throw new TfLbfgsException($"Expected a variable of numbers, received {value.DType.PythonName}{value.Shape}."),
    };

    /// <summary>The elements of an array of numbers.</summary>
    public static double[] ToDoubles(NamedArray array)
    {
        using Tensor tensor = Tensor.FromBytes(array.Bytes.Span, array.DType, Shape.Create([.. array.Shape]));
        return tensor.ToDoubles();
    }
}
