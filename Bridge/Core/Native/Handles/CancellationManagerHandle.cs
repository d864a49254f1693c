using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TFE_CancellationManager</c>: cancels the ops that were given it.</summary>
internal sealed class CancellationManagerHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TFE_CancellationManager");

    /// <inheritdoc/>
    protected override void Free(nint value) => ClusterApi.TFE_DeleteCancellationManager(value);
}
