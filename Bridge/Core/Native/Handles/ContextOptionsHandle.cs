using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TFE_ContextOptions</c>.</summary>
internal sealed class ContextOptionsHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TFE_ContextOptions");

    /// <inheritdoc/>
    protected override void Free(nint value) => EagerApi.TFE_DeleteContextOptions(value);
}
