using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>A tensor with a value, held by the eager context.</summary>
internal sealed class EagerTensor : Tensor
{
    private readonly EagerTensorHandle _handle;
    private DType _dtype;
    private Shape? _shape;
    private int _disposed;

    /// <summary>Takes over one reference of the handle.</summary>
    public EagerTensor(EagerTensorHandle handle) => _handle = handle;

    /// <inheritdoc/>
    public override bool IsSymbolic => false;

    /// <inheritdoc/>
    public override DType DType => _dtype != DType.Invalid ? _dtype : _dtype = (DType)EagerApi.TFE_TensorHandleDataType(Handle);

    /// <inheritdoc/>
    public override Shape Shape => _shape ??= ReadShape();

    /// <inheritdoc/>
    public override string DeviceName =>
        Name(EagerApi.TFE_TensorHandleDeviceName(Handle, StatusHandle.OfThread), "TFE_TensorHandleDeviceName");

    /// <summary>The device whose memory holds the values.</summary>
    public string BackingDevice =>
        Name(EagerApi.TFE_TensorHandleBackingDeviceName(Handle, StatusHandle.OfThread), "TFE_TensorHandleBackingDeviceName");

    /// <summary>Whether the tensor was disposed.</summary>
    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>The native handle.</summary>
    /// <exception cref="TfLbfgsException">The tensor was disposed.</exception>
    public EagerTensorHandle Handle
    {
        get
        {
            EnsureUsable();
            return _handle;
        }
    }

    /// <inheritdoc/>
    internal override long Id => _handle.Id;

    /// <summary>The native handle for a holder of a reference: of use also after the tensor was disposed.</summary>
    public EagerTensorHandle RetainedHandle => _handle;

    /// <summary>Releases a reference that was taken from <see cref="Handle"/>.</summary>
    public void ReleaseReference() => _handle.Release();

    /// <inheritdoc/>
    public override Tensor CopyTo(string device)
    {
        Tensor copy = CopyToFullName(Device.FullName(device));
        NativeCounters.CountDeviceCopy();
        TensorScope.Register(copy);
        return copy;
    }

    /// <summary>Copies to a device without counting or registering.</summary>
    internal EagerTensor CopyToFullName(string device)
    {
        bool isElsewhere = RunningCalls.IsWatched && !TfRuntime.IsLocal(device);
        nint copy = Call(
            "TFE_TensorHandleCopyToDevice",
            isElsewhere,
            (handle, status) => EagerApi.TFE_TensorHandleCopyToDevice(handle, TfRuntime.Context, device, status),
            EagerApi.TFE_DeleteTensorHandle);
        return new EagerTensor(new EagerTensorHandle(copy));
    }

    /// <summary>The values in host memory; one read. On a CPU it shares the buffer.</summary>
    internal HostTensorHandle Resolve()
    {
        HostTensorHandle handle = ShareWithHost();
        NativeCounters.CountRead((long)TfTensorApi.TF_TensorByteSize(handle));
        return handle;
    }

    /// <summary>The same without counting a read: for a tensor of which it is known that the memory is shared.</summary>
    internal HostTensorHandle ShareWithHost()
    {
        nint host = Call("TFE_TensorHandleResolve", false, EagerApi.TFE_TensorHandleResolve, TfTensorApi.TF_DeleteTensor);
        return new HostTensorHandle(host);
    }

    /// <inheritdoc/>
    public override Tensor Alias()
    {
        // A function that captured the tensor goes on using it after its owner disposed it: what counts is that a reference is left.
        try
        {
            _handle.AddReference();
        }
        catch (ObjectDisposedException)
        {
            EnsureUsable();
            throw;
        }

        return new EagerTensor(_handle) { _dtype = _dtype, _shape = _shape, KnownIntegers = KnownIntegers, KnownNumber = KnownNumber };
    }

    /// <inheritdoc/>
    internal override void EnsureUsable()
    {
        if (Volatile.Read(ref _disposed) != 0)
            throw new TfLbfgsException("This tensor was disposed. Keep it alive until its last use: dispose it later, or Keep() it in "
                + "the TensorScope that freed it.");
    }

    /// <inheritdoc/>
    public override void RefineShape(Shape shape)
    {
    }

    private protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _handle.Release();
    }

    private static string Name(nint text, string call)
    {
        Status.Check(StatusHandle.OfThread, call);
        string name = Marshal.PtrToStringUTF8(text) ?? "";
        // Within a cluster tensors of the host keep the former name of this process.
        return EagerTensorHandle.MayBeRemote ? TfRuntime.NameInCluster(name) : name;
    }

    /// <summary>Whether a tensor is in another process.</summary>
    internal static bool IsRemote(EagerTensorHandle handle) => EagerTensorHandle.MayBeRemote && (handle.IsRemote ??=
        !TfRuntime.IsLocal(Name(EagerApi.TFE_TensorHandleDeviceName(handle, StatusHandle.OfThread), "TFE_TensorHandleDeviceName")));

    /// <summary>A native call, which waits for another process where the tensor is there or is to go there.</summary>
    private T Call<T>(string name, bool isElsewhere, Func<EagerTensorHandle, StatusHandle, T> call, Action<T> free)
    {
        EagerTensorHandle handle = Handle;
        return RunningCalls.IsWatched && (isElsewhere || IsRemote(handle))
            ? Watched(name, handle, call, free)
            : Checked(name, handle, call);
    }

    private T Watched<T>(string name, EagerTensorHandle handle, Func<EagerTensorHandle, StatusHandle, T> call, Action<T> free)
    {
        // Until the call has ended, which may be after it was left to itself.
        handle.AddReference();
        return RunningCalls.Run(
            name,
            () =>
            {
                try
                {
                    return Checked(name, handle, call);
                }
                finally
                {
                    handle.Release();
                }
            },
            free);
    }

    private T Checked<T>(string name, EagerTensorHandle handle, Func<EagerTensorHandle, StatusHandle, T> call)
    {
        StatusHandle status = StatusHandle.OfThread;
        T result = call(handle, status);
        Status.Check(status, name, Describe);
        return result;
    }

    private Shape ReadShape() => Call("TFE_TensorHandleDim", false, ShapeOf, static _ => { });

    private static Shape ShapeOf(EagerTensorHandle handle, StatusHandle status)
    {
        int rank = EagerApi.TFE_TensorHandleNumDims(handle, status);
        Status.Check(status, "TFE_TensorHandleNumDims");
        Span<long> dims = stackalloc long[rank];
        for (int i = 0; i < rank; i++)
        {
            dims[i] = EagerApi.TFE_TensorHandleDim(handle, i, status);
            Status.Check(status, "TFE_TensorHandleDim");
        }

        return Shape.Create(dims);
    }
}
