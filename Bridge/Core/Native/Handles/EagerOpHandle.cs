using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TFE_Op</c>: an op that is being put together for execution.</summary>
internal sealed class EagerOpHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TFE_Op");

    /// <inheritdoc/>
    protected override void Free(nint value) => EagerApi.TFE_DeleteOp(value);
}
