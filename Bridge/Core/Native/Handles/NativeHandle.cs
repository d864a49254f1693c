using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Handles;

/// <summary>
/// The one base of every native object. The owner flag says whether the object is freed with the handle; every owned handle is counted
/// while it lives, so that a test can prove that none was left behind.
/// </summary>
internal abstract class NativeHandle : SafeHandle
{
    // Below this the call costs more than it is worth.
    private const long MinPressure = 1 << 18;

    private readonly HandleLedger _ledger;
    private readonly bool _owned;
    private readonly long _number;
    private long _pressure;

    protected NativeHandle(nint value, bool owned, HandleLedger ledger) : base(0, owned)
    {
        _ledger = ledger;
        _owned = owned && value != 0;
        SetHandle(value);
        if (_owned)
            _number = ledger.Opened();
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>
    /// Announces to the collector what the object holds, so that megabytes that are not disposed do not look like a few bytes. Called once,
    /// by the maker.
    /// </summary>
    protected void Weigh(long bytes)
    {
        if (bytes < MinPressure)
            return;
        _pressure = bytes;
        GC.AddMemoryPressure(bytes);
    }

    /// <summary>Calls the C function that frees the object.</summary>
    protected abstract void Free(nint value);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Free(handle);
        if (_owned)
            _ledger.Closed(_number);
        if (_pressure > 0)
            GC.RemoveMemoryPressure(_pressure);
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Reached by the finalizer only when the handle was not disposed: a leak in our own code, a convenience in the user's.
        if (!disposing && _owned && !IsClosed)
            _ledger.LeftToFinalizer();
        base.Dispose(disposing);
    }
}
