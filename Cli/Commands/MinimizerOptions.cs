using System.CommandLine;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Cli.Training;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Commands;

/// <summary>The options of L-BFGS, common to <c>train</c>, <c>refine</c> and <c>demo</c>.</summary>
internal sealed class MinimizerOptions
{
    private readonly Option<int> _maxIterations = NumberOption.Create("--max-iterations", "The most accepted iterations.",
        "an integer of at least 0", (int n) => n >= 0, 500);
    private readonly Option<int?> _memory = NumberOption.Create<int>("--memory",
        "The number of correction pairs kept; by default 10 to 100, by the number of parameters.", "an integer from 1 to 1000",
        n => n is >= 1 and <= 1000);

    private readonly Option<double> _tolerance =
        NumberOption.Create("--tolerance", "Converged when no component of the gradient is larger.", "a number of at least 0", (double x) =>
            x >= 0 && double.IsFinite(x), 1e-8);

    private readonly Option<double?> _targetLoss = NumberOption.Create<double>("--target-loss", "End as soon as the loss is at most this.",
        "a finite number", double.IsFinite);
    private readonly Option<int?> _maxEvaluations = NumberOption.Create<int>("--max-evaluations",
        "The most evaluations of loss and gradient.", "an integer of at least 1", n => n >= 1);

    private readonly Option<double?> _maxSeconds =
        NumberOption.Create<double>("--max-seconds", "End after this time.", "a number above 0 and at most 1e9", x => x is > 0 and <= 1e9);

    private readonly Option<int?> _patience =
        NumberOption.Create<int>("--patience", "End after this many iterations in a row without a lower loss.", "an integer of at least 1",
            n => n >= 1);

    private readonly Option<double> _minImprovement = NumberOption.Create(
        "--min-improvement", "For --patience: a loss counts as lower only when it is so by more than this.", "a number of at least 0",
            (double x) => x >= 0 && double.IsFinite(x), 0);

    private readonly Option<string?> _csv = new("--csv")
    {
        Description = "Write each iteration into this file while it runs.",
        HelpName = "FILE"
    };
    private readonly Option<string?> _tensorBoard =
        new("--tensorboard") { Description = "Write TensorBoard event files into this folder while it runs.", HelpName = "DIR" };
    private readonly Option<bool> _xla = new("--xla")
    {
        Description = "Compile loss and gradient with XLA: a second or more to compile, then faster for small networks."
    };

    private readonly Option<string?> _checkpoint =
        new("--checkpoint")
        {
            Description = "Keep the state of the run in this file every 100 iterations and at the end.",
            HelpName = "FILE"
        };
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on with the file of --checkpoint where it is there; it must be of the same model, data, loss and scaling."
    };

    public MinimizerOptions(Command command)
    {
        command.AddOptions(_maxIterations, _memory, _tolerance, _targetLoss, _maxEvaluations, _maxSeconds, _patience, _minImprovement, _csv,
            _tensorBoard, _xla, _checkpoint, _resume);
    }

    /// <summary>Adds what is written while the minimizer runs to the files of the command.</summary>
    public void AddTo(FilePlan files, ParseResult parsed)
    {
        string? checkpoint = parsed.GetValue(_checkpoint);
        bool resume = parsed.GetValue(_resume);
        if (resume && checkpoint is null)
            throw new TfLbfgsException("--resume: expected --checkpoint FILE as well, received none.");
        files.Write(_csv.Name, parsed.GetValue(_csv), inPlace: true).WriteFolder(_tensorBoard.Name, parsed.GetValue(_tensorBoard))
            .Write(_checkpoint.Name, checkpoint);
    }

    /// <summary>What the user chose.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="report">Receives the warning of a file that fails.</param>
    public LbfgsOptions Of(ParseResult parsed, Report report) => new()
    {
        MaxIterations = parsed.GetValue(_maxIterations),
        MemoryLength = parsed.GetValue(_memory),
        GradientTolerance = parsed.GetValue(_tolerance),
        TargetLoss = parsed.GetValue(_targetLoss),
        MaxEvaluations = parsed.GetValue(_maxEvaluations) ?? int.MaxValue,
        MaxTime = parsed.GetValue(_maxSeconds) is { } seconds ? TimeSpan.FromSeconds(Math.Max(seconds, 1e-6)) : null,
        Patience = parsed.GetValue(_patience),
        MinimumImprovement = parsed.GetValue(_minImprovement),
        Execution = parsed.GetValue(_xla) ? Execution.CompiledCalls : Execution.Auto,
        Checkpoint = Checkpoint(parsed, report),
        Observers = [.. Observers(parsed, report)],
    };

    private Checkpoint? Checkpoint(ParseResult parsed, Report report)
    {
        if (parsed.GetValue(_checkpoint) is not { } file)
            return null;
        bool hasFailed = false;
        return new Checkpoint(file)
        {
            Resume = parsed.GetValue(_resume),
            OnWriteFailed = e =>
            {
                if (!hasFailed)
                    report.Warn($"{_checkpoint.Name} {file} could not be written, the run goes on without: {e.Message}");
                hasFailed = true;
            },
        };
    }

    private IEnumerable<LbfgsObserver> Observers(ParseResult parsed, Report report)
    {
        if (parsed.GetValue(_csv) is { } csv)
            yield return new QuietObserver(new CsvProgress(csv), csv, report.Warn);
        if (parsed.GetValue(_tensorBoard) is { } folder)
            yield return new QuietObserver(new TensorBoardProgress(folder), folder, report.Warn);
    }
}
