using TfLbfgs.Native.Handles;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>A small tensor that is made from host memory again and again.</summary>
internal sealed unsafe class BareUpload
{
    private readonly byte[] _bytes;
    private readonly long[] _dims;
    private readonly int _dtype;

    private BareUpload(byte[] bytes, long[] dims, int dtype)
    {
        _bytes = bytes;
        _dims = dims;
        _dtype = dtype;
    }

    /// <summary>One with the values of a tensor.</summary>
    public static BareUpload Of(Tensor tensor)
    {
        using HostTensorHandle host = tensor.ResolveToHost();
        return new BareUpload(HostTensors.Bytes(host).ToArray(), tensor.Shape.ToArray(), (int)tensor.DType);
    }

    /// <summary>Makes it.</summary>
    /// <returns>The handle, owned by the caller.</returns>
    public nint Make(nint status)
    {
        fixed (long* dims = _dims)
        {
            nint host = BareApi.AllocateTensor(_dtype, dims, _dims.Length, (nuint)_bytes.Length);
            _bytes.CopyTo(new Span<byte>(BareApi.Data(host), _bytes.Length));
            nint handle = BareApi.NewHandle(host, status);
            BareApi.DeleteTensor(host);
            return handle;
        }
    }
}
