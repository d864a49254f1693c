using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TF_Function</c>: a function before the context has its copy.</summary>
internal sealed class FunctionHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TF_Function");

    /// <inheritdoc/>
    protected override void Free(nint value) => CApi.TF_DeleteFunction(value);
}
