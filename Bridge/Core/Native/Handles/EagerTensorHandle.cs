using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary>
/// <c>TFE_TensorHandle</c> with a reference count. A tensor that a user holds is one reference, and so is the entry of a tape or of a
/// trace:
/// the native handle is freed with the last of them, so that disposing an intermediate never breaks a gradient.
/// </summary>
internal sealed class EagerTensorHandle : NativeHandle
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TFE_TensorHandle");
    private static long _lastId;
    private int _references = 1;

    public EagerTensorHandle(nint value, bool owned = true) : base(value, owned, Ledger)
    {
        // On failure the size is 0, and nothing is reported: it is a hint.
        if (!owned || value == 0)
            return;
        StatusHandle status = StatusHandle.OfThread;
        Weigh((long)EagerApi.TFE_TensorHandleDeviceMemorySize(value, status.DangerousGetHandle()));
        // Tensors of other processes have no known size, and not every call clears the error of a former one.
        if (MayBeRemote && status.Code != 0)
            TfStatusApi.TF_SetStatus(status, 0, "");
    }

    /// <summary>Whether a handle may be that of a tensor in another process.</summary>
    public static bool MayBeRemote { get; set; }

    /// <summary>Whether the tensor is in another process, once that was asked; null: not yet.</summary>
    public bool? IsRemote { get; set; }

    /// <summary>The identity of the value, by which tapes and traces know it; unique in the process.</summary>
    public long Id { get; } = NextId();

    /// <summary>The next identity; symbolic tensors draw from the same sequence.</summary>
    public static long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Adds a reference.</summary>
    /// <exception cref="ObjectDisposedException">The last reference was released already.</exception>
    public void AddReference()
    {
        int seen = Volatile.Read(ref _references);
        while (true)
        {
            ObjectDisposedException.ThrowIf(seen == 0, this);
            int before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    /// <summary>Releases a reference; the last one frees the native handle.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            Dispose();
    }

    /// <inheritdoc/>
    protected override void Free(nint value) => EagerApi.TFE_DeleteTensorHandle(value);
}
