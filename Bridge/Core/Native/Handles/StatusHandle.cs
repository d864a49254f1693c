using System.Runtime.InteropServices;
using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary>
/// <c>TF_Status</c>: one a thread, reused by every call of that thread. The C API clears it at the start of each call that takes it.
/// </summary>
internal sealed class StatusHandle : NativeHandle
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TF_Status", livesWithProcess: true);

    [ThreadStatic]
    private static StatusHandle? _ofThread;

    public StatusHandle() : base(TfStatusApi.TF_NewStatus(), owned: true, Ledger)
    {
    }

    /// <summary>The status object of the calling thread.</summary>
    public static StatusHandle OfThread => _ofThread ??= new StatusHandle();

    /// <summary>The numeric <c>TF_Code</c>; 0 is success.</summary>
    public int Code => TfStatusApi.TF_GetCode(handle);

    /// <summary>TensorFlow's own message.</summary>
    public string Message => Marshal.PtrToStringUTF8(TfStatusApi.TF_Message(this)) ?? "";

    /// <inheritdoc/>
    protected override void Free(nint value) => TfStatusApi.TF_DeleteStatus(value);
}
