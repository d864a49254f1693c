using TfLbfgs.Native.Imports;

namespace TfLbfgs.Native.Handles;

/// <summary><c>TF_DeviceList</c>.</summary>
internal sealed class DeviceListHandle(nint value, bool owned = true) : NativeHandle(value, owned, Ledger)
{
    private static readonly HandleLedger Ledger = HandleLedger.Of("TF_DeviceList");

    /// <inheritdoc/>
    protected override void Free(nint value) => CApi.TF_DeleteDeviceList(value);
}
