using System.Runtime.InteropServices;

namespace TfLbfgs.Cli.Commands;

/// <summary>
/// What SIGINT (Ctrl-C), SIGTERM and SIGHUP (a closed terminal) do. While there is nothing to save they end the process at once. From
/// <see cref="BeginWork"/> on the first one cancels the work, so that the best point so far is saved, and a second one ends the process.
/// </summary>
internal sealed partial class Interruption : IDisposable
{
    private const int FileTooLarge = 25;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action<string> _lastWords;
    private volatile bool _isWorking;
    private int _signal;

    /// <summary>Takes over the signals.</summary>
    /// <param name="lastWords">Reports why the process ends, before it does.</param>
    /// <param name="listens">Whether signals are taken over at all.</param>
    public Interruption(Action<string> lastWords, bool listens)
    {
        _lastWords = lastWords;
        if (!listens)
            return;
        foreach ((PosixSignal signal, int number) in ((PosixSignal, int)[])[(PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15),
            (PosixSignal.SIGHUP, 1)])
        {
            if (!IsIgnored(number))
                _registrations.Add(PosixSignalRegistration.Create(signal, context => Handle(context, number)));
        }

        // A file that grows beyond the limit of the shell (ulimit -f) is an error of its write, and no reason to lose the rest.
        if (OperatingSystem.IsLinux())
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)FileTooLarge, context => context.Cancel = true));
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether a signal came.</summary>
    public bool IsRequested => _signal != 0;

    /// <summary>The exit code of the signal that came; 0: none did.</summary>
    public int ExitCode => _signal == 0 ? 0 : Commands.ExitCode.SignalBase + _signal;

    /// <summary>From now on there is something to save.</summary>
    public void BeginWork() => _isWorking = true;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    /// <summary>
    /// Ends the process at once. No destructors of the native library: they would run next to its threads, which may still compile.
    /// </summary>
    public static void EndProcess(int code) => Exit(code);

    private void Handle(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        bool isFirst = Interlocked.CompareExchange(ref _signal, signal, 0) == 0;
        if (isFirst && _isWorking)
        {
            _source.Cancel();
            return;
        }

        _lastWords($"Ended by {Name(signal)}{(_isWorking ? " while the result was being saved" : "; nothing was written")}.");
        EndProcess(Commands.ExitCode.SignalBase + signal);
    }

    private static string Name(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        _ => "SIGTERM",
    };

    // nohup and shells without job control have signals ignored, which stays so.
    private static bool IsIgnored(int signal)
    {
        try
        {
            string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
            return (Convert.ToUInt64(line[7..].Trim(), 16) & (1ul << (signal - 1))) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
