using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;

namespace TfLbfgs.Tensors;

/// <summary>
/// The values of a tensor in host memory, read-only; on a CPU the tensor's own memory, without a copy. Valid until disposed.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class TensorView<T> : IDisposable where T : unmanaged
{
    private readonly HostTensorHandle _host;

    internal TensorView(HostTensorHandle host) => _host = host;

    /// <summary>The elements, row-major.</summary>
    public ReadOnlySpan<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_host.IsClosed, this);
            return MemoryMarshal.Cast<byte, T>(HostTensors.Bytes(_host));
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _host.Dispose();
}
