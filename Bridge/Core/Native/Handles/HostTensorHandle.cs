using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TF_Tensor</c>: a tensor in host memory.</summary>
internal sealed class HostTensorHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TF_Tensor");

    /// <inheritdoc/>
    protected override void Free(nint value) => TfTensorApi.TF_DeleteTensor(value);
}
