using System.Runtime.InteropServices;
using TfLbfgs.Formats;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Formats.TensorFlowJs;

/// <summary>
/// How weights are stored in fewer bits: as integers, scale * q + min, or as float16. Python: <c>tensorflowjs.quantization</c>.
/// </summary>
/// <param name="Stored">The type of the elements in the file.</param>
/// <param name="Scale">The distance of two numbers.</param>
/// <param name="Min">The number that 0 means.</param>
internal sealed record Quantization(DType Stored, double Scale, double Min)
{
    /// <summary>Reads the form of a weight.</summary>
    /// <exception cref="ModelConfigException">It is of another kind.</exception>
    public static Quantization Of(ConfigObject config, DType dtype, Func<string, DType> toDType)
    {
        DType stored = toDType(config.RequiredText("dtype"));
        if (dtype is not (DType.Float32 or DType.Int32) || stored is not (DType.UInt8 or DType.UInt16 or DType.Float16))
            throw new ModelConfigException($"{config.Owner}: expected float32 stored as uint8, uint16 or float16, received "
                + $"{dtype.PythonName} stored as {stored.PythonName}.");
        return stored == DType.Float16
            ? new Quantization(stored, 1, 0) : new Quantization(stored, config.Number("scale", 1), config.Number("min", 0));
    }

    /// <summary>The numbers that stored ones mean.</summary>
    public StoredArray Expand(StoredArray array) => ArrayLayout.Derive(array, DType.Float32, array.Shape, (from, to) =>
    {
        Span<float> values = MemoryMarshal.Cast<byte, float>(to);
        for (int i = 0; i < values.Length; i++)
        {
            // As TensorFlow.js computes it, in double precision before it is rounded.
            values[i] = Stored switch
            {
                DType.UInt8 => (float)((from[i] * Scale) + Min),
                DType.UInt16 => (float)((MemoryMarshal.Cast<byte, ushort>(from)[i] * Scale) + Min),
                _ => (float)MemoryMarshal.Cast<byte, Half>(from)[i],
            };
        }
    });
}
