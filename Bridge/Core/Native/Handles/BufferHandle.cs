using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TF_Buffer</c>: bytes, mostly a serialized protobuf message.</summary>
internal sealed class BufferHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TF_Buffer");

    /// <inheritdoc/>
    protected override void Free(nint value) => TfBufferApi.TF_DeleteBuffer(value);
}
