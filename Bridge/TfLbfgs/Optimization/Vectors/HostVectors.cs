using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Vectors in the memory of the process, where a CPU device keeps them: loops of our own compute with them next to ops. Results are fresh
/// tensors; nothing is written that others hold.
/// </summary>
internal static unsafe class HostVectors
{
    private const int MostOfSpan = 1 << 28;

    /// <summary>
    /// Whether the vectors of the calling thread lie in the memory of the process: on its CPU device, the first where there are several,
    /// and placement is not watched.
    /// </summary>
    public static bool AreInProcess =>
        !TransferGuard.IsOpen
        && TfRuntime.Devices is [{ Kind: "CPU" } first, ..]
        && (Device.Current is { } device ? device == first.Name : !TfRuntime.Devices.Any(other => other.Kind == "GPU"));

    /// <summary>a.b</summary>
    public static double Dot(Tensor a, Tensor b) => a.DType == DType.Float64 ? Dot<Float64Lanes>(a, b) : Dot<Float32Lanes>(a, b);

    private static double Dot<T>(Tensor a, Tensor b) where T : ILanes
    {
        Tiles tiles = Tiles.Of(a.Shape[0], 1);
        Partials sums = new(tiles.Number, 1);
        using TensorMemory u = TensorMemory.Of(a), v = TensorMemory.Of(b);
        tiles.Run(2, new ProductsLoop<T>(u.Data, a.Shape[0], v.Data, sums));
        return sums.Sums()[0];
    }

    /// <summary>A copy, owned by the caller and registered with no scope.</summary>
    public static Tensor Copy(Tensor tensor)
    {
        using TensorMemory source = TensorMemory.Of(tensor);
        Tensor copy = TensorMemory.Create(tensor.DType, tensor.Shape, out TensorMemory memory);
        long bytes = tensor.Shape.ElementCount * tensor.DType.Size;
        using (memory)
            Buffer.MemoryCopy(source.Data, memory.Data, bytes, bytes);
        return copy;
    }

    /// <summary>A tensor of one number, float32 or float64, owned by the caller and registered with no scope.</summary>
    public static Tensor Filled(double value, DType dtype, Shape shape)
    {
        Tensor filled = TensorMemory.Create(dtype, shape, out TensorMemory memory);
        using (memory)
        {
            long count = shape.ElementCount;
            for (long from = 0; from < count; from += MostOfSpan)
            {
                int length = (int)Math.Min(MostOfSpan, count - from);
                if (dtype == DType.Float64)
                    new Span<double>((double*)memory.Data + from, length).Fill(value);
                else
                    new Span<float>((float*)memory.Data + from, length).Fill((float)value);
            }
        }

        return filled;
    }
}
