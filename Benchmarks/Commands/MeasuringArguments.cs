using System.CommandLine;
using TfLbfgs.Benchmarks.Measuring;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary>The options that say how a row is measured: those of the peers' own benchmark.</summary>
internal sealed class MeasuringArguments
{
    private readonly Option<int?> _iterations =
        new("--iterations") { Description = "The iterations of the timed minimization; default the workload's.", HelpName = "N" };
    private readonly Option<int> _repetitions =
        new("--reps") { Description = "The fewest minimizations of which the best counts.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<bool> _noTarget = new("--no-target") { Description = "Skip the search for the time to the target loss." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_iterations);
        command.Options.Add(_repetitions);
        command.Options.Add(_noTarget);
    }

    /// <summary>Their values.</summary>
    /// <exception cref="TfLbfgsException">One is out of range.</exception>
    public MeasuringOptions Of(ParseResult parsed)
    {
        MeasuringOptions options = new(parsed.GetValue(_iterations), parsed.GetValue(_repetitions), !parsed.GetValue(_noTarget));
        if (options.Iterations < 1 || options.Repetitions < 1)
            throw new TfLbfgsException(
                $"--iterations and --reps: expected 1 or more, received {options.Iterations} and {options.Repetitions}.");
        return options;
    }
}
