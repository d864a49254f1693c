using System.CommandLine;
using TfLbfgs.Cli.Output;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Commands;

/// <summary>The options of L-BFGS, common to <c>demo</c> and <c>refine</c>.</summary>
internal sealed class MinimizerOptions
{
    private readonly Option<int> _maxIterations = NumberOption.Create("--max-iterations", "The most accepted iterations.", "an integer of at least 0", (int n) => n >= 0, 500);
    private readonly Option<int?> _memory = NumberOption.Create<int>("--memory", "The number of correction pairs kept; by default 10 to 100, by the number of parameters.", "an integer from 1 to 1000", n => n is >= 1 and <= 1000);

    private readonly Option<double> _tolerance =
        NumberOption.Create("--tolerance", "Converged when no component of the gradient is larger.", "a number of at least 0", (double x) => x >= 0 && double.IsFinite(x), 1e-8);

    private readonly Option<double?> _targetLoss = NumberOption.Create<double>("--target-loss", "End as soon as the loss is at most this.", "a finite number", double.IsFinite);
    private readonly Option<int?> _maxEvaluations = NumberOption.Create<int>("--max-evaluations", "The most evaluations of loss and gradient.", "an integer of at least 1", n => n >= 1);

    private readonly Option<double?> _maxSeconds =
        NumberOption.Create<double>("--max-seconds", "End after this time.", "a number above 0 and at most 1e9", x => x is > 0 and <= 1e9);

    private readonly Option<int?> _patience =
        NumberOption.Create<int>("--patience", "End after so many iterations in a row without a lower loss.", "an integer of at least 1", n => n >= 1);

    private readonly Option<double> _minImprovement = NumberOption.Create(
        "--min-improvement", "For --patience: a loss counts as lower only when it is so by more than this.", "a number of at least 0", (double x) => x >= 0 && double.IsFinite(x), 0);

    private readonly Option<string?> _csv = new("--csv") { Description = "Write each iteration into this file while it runs.", HelpName = "FILE.csv" };
    private readonly Option<string?> _tensorBoard = new("--tensorboard") { Description = "Write TensorBoard event files into this folder while it runs.", HelpName = "DIR" };
    private readonly Option<bool> _xla = new("--xla") { Description = "Compile loss and gradient with XLA: about a second to compile, then faster for small networks." };

    private readonly Option<string?> _checkpoint = new("--checkpoint") { Description = "Keep the state of the run in this file every 100 iterations and at the end." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the file of --checkpoint where it is there." };

    public MinimizerOptions(Command command)
    {
        foreach (Option option in (Option[])[_maxIterations, _memory, _tolerance, _targetLoss, _maxEvaluations, _maxSeconds, _patience, _minImprovement, _csv, _tensorBoard, _xla, _checkpoint, _resume])
            command.Options.Add(option);
    }

    /// <summary>What the user chose.</summary>
    /// <exception cref="TfLbfgsException">A place cannot be written.</exception>
    public LbfgsOptions Of(ParseResult parsed) => new()
    {
        MaxIterations = parsed.GetValue(_maxIterations),
        MemoryLength = parsed.GetValue(_memory),
        GradientTolerance = parsed.GetValue(_tolerance),
        TargetLoss = parsed.GetValue(_targetLoss),
        MaxEvaluations = parsed.GetValue(_maxEvaluations) ?? int.MaxValue,
        MaxTime = parsed.GetValue(_maxSeconds) is { } seconds ? TimeSpan.FromSeconds(Math.Max(seconds, 1e-6)) : null,
        Patience = parsed.GetValue(_patience),
        MinimumImprovement = parsed.GetValue(_minImprovement),
        Execution = parsed.GetValue(_xla) ? Execution.CompiledCalls : Execution.Traced,
        Checkpoint = Checkpoint(parsed),
        Observers = Observers(parsed),
    };

    /// <summary>Full paths of what the observers write.</summary>
    public IReadOnlyList<string> Files(ParseResult parsed) =>
        [.. ((string?[])[parsed.GetValue(_csv), parsed.GetValue(_tensorBoard)]).OfType<string>().Select(Path.GetFullPath)];

    private Checkpoint? Checkpoint(ParseResult parsed)
    {
        bool resume = parsed.GetValue(_resume);
        if (parsed.GetValue(_checkpoint) is not { } file)
            return resume ? throw new TfLbfgsException("--resume: expected --checkpoint FILE beside it, received none.") : null;
        if (resume && File.Exists(file))
            return new Checkpoint(file) { Resume = true };
        OutputPlace.CheckWritable(file, "--checkpoint");
        return new Checkpoint(file) { Resume = resume };
    }

    private List<LbfgsObserver> Observers(ParseResult parsed)
    {
        List<LbfgsObserver> observers = [];
        if (parsed.GetValue(_csv) is { } csv)
        {
            OutputPlace.CheckWritable(csv, "--csv");
            observers.Add(new CsvProgress(csv));
        }

        if (parsed.GetValue(_tensorBoard) is { } folder)
        {
            if (folder.Length == 0 || File.Exists(folder))
                throw new TfLbfgsException($"--tensorboard: expected a folder, received '{folder}'.");
            observers.Add(new TensorBoardProgress(folder));
        }

        return observers;
    }
}
