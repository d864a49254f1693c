using System.CommandLine;
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
    private readonly Option<bool> _xla = new("--xla") { Description = "Compile loss and gradient with XLA: about a second to compile, then faster for small networks." };

    public MinimizerOptions(Command command)
    {
        foreach (Option option in (Option[])[_maxIterations, _memory, _tolerance, _targetLoss, _xla])
            command.Options.Add(option);
    }

    /// <summary>What the user chose.</summary>
    public LbfgsOptions Of(ParseResult parsed) => new()
    {
        MaxIterations = parsed.GetValue(_maxIterations),
        MemoryLength = parsed.GetValue(_memory),
        GradientTolerance = parsed.GetValue(_tolerance),
        TargetLoss = parsed.GetValue(_targetLoss),
        Execution = parsed.GetValue(_xla) ? Execution.Compiled : Execution.Traced,
    };
}
