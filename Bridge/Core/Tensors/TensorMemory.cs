using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// The elements of a tensor on a CPU of this process, where they lie: for loops of our own next to the ops. Nothing is copied, so nothing
/// counts as a transfer. Written only while nothing else holds the tensor.
/// </summary>
internal readonly unsafe struct TensorMemory : IDisposable
{
    private readonly HostTensorHandle _host;

    private TensorMemory(HostTensorHandle host)
    {
        _host = host;
        Data = TfTensorApi.TF_TensorData(host);
    }

    /// <summary>The first element; valid until disposed.</summary>
    public void* Data { get; }

    /// <summary>The memory of a tensor.</summary>
    /// <param name="tensor">On a CPU of this process; borrowed, and may be disposed before the memory.</param>
    public static TensorMemory Of(Tensor tensor) => new(((EagerTensor)tensor).ShareWithHost());

    /// <summary>Makes a tensor whose elements are still to be written.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="memory">Where they are to be written, owned by the caller.</param>
    /// <returns>The tensor, owned by the caller, registered with no scope.</returns>
    public static Tensor Create(DType dtype, Shape shape, out TensorMemory memory)
    {
        HostTensorHandle host = HostTensors.Allocate(dtype, shape, checked(shape.ElementCount * dtype.Size));
        try
        {
            Tensor tensor = HostTensors.Wrap(host);
            memory = new TensorMemory(host);
            return tensor;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Gives the memory back to the tensor.</summary>
    public void Dispose() => _host.Dispose();
}
