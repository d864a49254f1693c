using System.Runtime.InteropServices;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Commands;

/// <summary>
/// Turns Ctrl-C (SIGINT) and SIGTERM into a cancellation while it lives, so that the best point so far can be saved. A second signal ends the process at once, as without it.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signal;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, 15)),
    ];

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of a minimization: that of the signal when it was cut short, else success, whatever it ended with.</summary>
    public int ExitCodeOf(LbfgsResult result) => result.Reason == StopReason.Cancelled ? ExitCode.SignalBase + _signal : ExitCode.Success;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context, int signal)
    {
        if (Interlocked.CompareExchange(ref _signal, signal, 0) != 0)
            return;
        context.Cancel = true;
        _source.Cancel();
    }
}
