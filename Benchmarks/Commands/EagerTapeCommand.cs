using System.CommandLine;
using TfLbfgs.Benchmarks.Derivatives;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>eager-tape</c>: recording and differentiating a network op by op, against Python's eager tape.</summary>
internal static class EagerTapeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Command command =
            new("eager-tape", "Loss and gradients of the workload 'seed' op by op, against Python's eager tape in the same run.");
        PeersArguments peers = new(command, rounds: 3);
        command.SetAction(parsed =>
        {
            EagerTapeCost.Run(peers.Peers(parsed), peers.Rounds(parsed));
            return 0;
        });
        return command;
    }
}
