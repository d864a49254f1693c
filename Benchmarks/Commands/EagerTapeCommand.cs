using System.CommandLine;
using TfLbfgs.Benchmarks.Derivatives;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>eager-tape</c>: recording and differentiating a network op by op, against Python's eager tape.</summary>
internal static class EagerTapeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> peers = new("--peers") { Description = "The folder with the peers; default: TFLBFGS_PEERS, or ../shared/peers.", HelpName = "DIR" };
        Option<int> rounds = new("--rounds") { Description = "How many times each side is measured, in turn.", DefaultValueFactory = _ => 3, HelpName = "N" };
        Command command = new("eager-tape", "Loss and gradients of the workload 'seed' op by op, against Python's eager tape in the same run.");
        command.Options.Add(peers);
        command.Options.Add(rounds);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(rounds) < 1)
                throw new TfLbfgsException("Expected --rounds of at least 1.");
            EagerTapeCost.Run(parsed.GetValue(peers), parsed.GetValue(rounds));
            return 0;
        });
        return command;
    }
}
