using System.Text.Json;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Output;

/// <summary>
/// What a command reports: text for people while it runs, and with <c>--json</c> one JSON object at its end, which has the files and the
/// warnings of every command.
/// </summary>
/// <param name="output">Receives the text.</param>
/// <param name="hasJson">Whether the object is wanted.</param>
internal sealed class Report(TextWriter output, bool hasJson) : IDisposable
{
    private readonly List<string> _warnings = [];
    private readonly List<string> _files = [];
    private readonly Lock _lock = new();
    private int _shown;
    private bool _isHeld;
    private bool _hasEnded;

    /// <summary>Receives the text.</summary>
    public TextWriter Output => output;

    /// <summary>The fields of the JSON object.</summary>
    public JsonLine Json { get; } = new();

    /// <summary>What the user should know although the command did its work.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Whether a result was saved at another place than asked.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>Writes a line, or several, as text for people.</summary>
    public void Say(string text)
    {
        lock (_lock)
            output.WriteLine(TerminalText.Clean(text));
    }

    /// <summary>Adds a warning, and shows it unless warnings are held back.</summary>
    public void Warn(string warning)
    {
        lock (_lock)
        {
            _warnings.Add(TerminalText.OneLine(warning));
            ShowWarnings();
        }
    }

    /// <summary>Adds a file or folder that was written.</summary>
    public void Wrote(string path)
    {
        string full = Path.GetFullPath(path);
        _files.Add(full);
        Say($"Wrote {full}");
    }

    /// <summary>Holds warnings back while the screen is drawn on.</summary>
    public void Hold(bool isHeld)
    {
        lock (_lock)
        {
            _isHeld = isHeld;
            ShowWarnings();
        }
    }

    /// <summary>Adds what every minimization has.</summary>
    public void AddResult(LbfgsResult result) => Json
        .Add("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(result.Reason.ToString())).Add("message", result.Message)
        .Add("loss_before", result.InitialLoss).Add("loss_after", result.Loss).Add("gradient_norm", result.GradientNorm)
        .Add("iterations", result.Iterations).Add("evaluations", result.Evaluations).Add("reads", result.Reads)
            .Add("seconds", result.Seconds);

    /// <summary>Ends the report with the JSON object; only the first end counts.</summary>
    public void End() => End(() => Json.Add("files", _files).Add("warnings", _warnings).ToString());

    /// <summary>Ends the report with an error, as the only field of the JSON object.</summary>
    public void EndWithError(string message) => End(() => ErrorJson(message));

    /// <summary>The JSON object of an error.</summary>
    public static string ErrorJson(string message)
    {
        using JsonLine json = new();
        return json.Add("error", message).ToString();
    }

    public void Dispose() => Json.Dispose();

    private void End(Func<string> json)
    {
        lock (_lock)
        {
            if (_hasEnded)
                return;
            _hasEnded = true;
            _isHeld = false;
            ShowWarnings();
            if (hasJson)
                output.WriteLine(json());
            output.Flush();
        }
    }

    private void ShowWarnings()
    {
        for (; !_isHeld && _shown < _warnings.Count; _shown++)
            output.WriteLine($"warning: {_warnings[_shown]}");
    }
}
