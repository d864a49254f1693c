using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TF_Graph</c>: the body of a function while it is traced.</summary>
internal sealed class GraphHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TF_Graph");

    /// <inheritdoc/>
    protected override void Free(nint value) => CApi.TF_DeleteGraph(value);
}
