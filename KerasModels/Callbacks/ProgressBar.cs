using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Shows the progress of training: a bar that is redrawn after steps, or one line for each epoch. Python:
/// <c>tf.keras.callbacks.ProgbarLogger</c>.
/// </summary>
public sealed class ProgressBar : Callback
{
    private const int Width = 20;

    private readonly IAnsiConsole _console;
    private readonly bool _isBar;
    private long _begin;
    private long _drawn;
    private int _steps;

    /// <summary>Creates a bar.</summary>
    /// <param name="console">Where it is drawn; null (default): the console of the process.</param>
    /// <param name="lines">Whether one line for each epoch is written instead; default false.</param>
    public ProgressBar(IAnsiConsole? console = null, bool lines = false)
    {
        _console = console ?? AnsiConsole.Console;
        _isBar = !lines;
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch)
    {
        if (_isBar)
            _console.WriteLine(FormattableString.Invariant($"Epoch {epoch + 1}/{Parameters.Epochs}"));
        (_begin, _drawn, _steps) = (Stopwatch.GetTimestamp(), 0, 0);
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(int batch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        _steps = batch + 1;
        // Logs are read from the device where they are drawn only: at most twenty times a second.
        if (!_isBar || (_drawn != 0 && Stopwatch.GetElapsedTime(_drawn) < TimeSpan.FromMilliseconds(50)))
            return;
        _drawn = Stopwatch.GetTimestamp();
        _console.Write(new ControlCode("\r\x1b[2K"));
        _console.Write(new Text(Line(logs)));
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (_isBar)
            _console.Write(new ControlCode("\r\x1b[2K"));
        _console.WriteLine(_isBar ? Line(logs) : FormattableString.Invariant($"Epoch {epoch + 1}/{Parameters.Epochs} - {Time()} - {logs}"));
    }

    /// <summary>The bar that a verbosity asks for; null: none.</summary>
    internal static ProgressBar? For(Verbosity verbosity) => verbosity switch
    {
        Verbosity.Bar => new ProgressBar(),
        Verbosity.Line => new ProgressBar(lines: true),
        Verbosity.Auto when AnsiConsole.Console.Profile.Capabilities.Interactive
            && AnsiConsole.Console.Profile.Out.IsTerminal => new ProgressBar(),
        _ => null,
    };

    /// <summary>Writes a sentence about the run.</summary>
    internal void Note(string remark) => _console.WriteLine(remark);

    private string Line(TrainingLogs logs)
    {
        string total = Parameters.Steps?.ToString(CultureInfo.InvariantCulture) ?? "Unknown";
        int filled = Parameters.Steps is { } steps ? (int)(Width * Math.Min(1, (double)_steps / steps)) : Width;
        string bar = new string('━', filled) + new string('·', Width - filled);
        return FormattableString.Invariant($"{_steps}/{total} {bar} {Time()} - {logs}");
    }

    private string Time()
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_begin);
        double perStep = elapsed.TotalMilliseconds / Math.Max(1, _steps);
        return FormattableString.Invariant($"{elapsed.TotalSeconds:F0}s {perStep:F0}ms/step");
    }
}
