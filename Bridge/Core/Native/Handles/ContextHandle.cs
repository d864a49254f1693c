using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TFE_Context</c>: one a process, kept until it ends.</summary>
internal sealed class ContextHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TFE_Context", livesWithProcess: true);

    /// <inheritdoc/>
    protected override void Free(nint value) => EagerApi.TFE_DeleteContext(value);
}
