using System.CommandLine;
using TfLbfgs.Benchmarks.Networks;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>networks</c>: forward passes and gradients of networks that Keras saved, against Keras.</summary>
internal static class NetworksCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string[]> networks = new("--network") { Description = "Only this one; may stand several times.", HelpName = "NAME" };
        networks.AcceptOnlyFromAmong([.. NetworkCost.Networks]);
        Command command = new(
            "networks",
            "Forward pass and gradients of a dense, a convolutional, a recurrent and an attention network, traced and compiled, against "
            + "Keras 2 and 3.");
        PeersArguments peers = new(command, rounds: 5);
        command.Options.Add(networks);
        command.SetAction(parsed =>
        {
            int rounds = peers.Rounds(parsed);
            NetworkCost.Run(peers.Folder(parsed), parsed.GetValue(networks) is { Length: > 0 } chosen
                ? chosen : NetworkCost.Networks, rounds);
            return 0;
        });
        return command;
    }
}
