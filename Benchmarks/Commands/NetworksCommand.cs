using System.CommandLine;
using TfLbfgs.Benchmarks.Networks;
using TfLbfgs.Benchmarks.Running;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>networks</c>: forward passes and gradients of networks that Keras saved, against Keras.</summary>
internal static class NetworksCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> peers = new("--peers") { Description = "The folder with the peers; default: TFLBFGS_PEERS, or ../shared/peers.", HelpName = "DIR" };
        Option<int> rounds = new("--rounds") { Description = "How many times each side is measured, in turn.", DefaultValueFactory = _ => 5, HelpName = "N" };
        Option<string[]> networks = new("--network") { Description = "Only this one; may stand several times.", HelpName = "NAME" };
        networks.AcceptOnlyFromAmong([.. NetworkCost.Networks]);
        Command command = new("networks", "Forward pass and gradients of a dense, a convolutional, a recurrent and an attention network, traced and compiled, against Keras 2 and 3.");
        foreach (Option option in (Option[])[peers, rounds, networks])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(rounds) < 1)
                throw new TfLbfgsException("Expected --rounds of at least 1.");
            PeersFolder folder = PeersFolder.Find(parsed.GetValue(peers)) ?? throw new TfLbfgsException("Expected the folder of the peers, which run Keras: name it with --peers.");
            NetworkCost.Run(folder, parsed.GetValue(networks) is { Length: > 0 } chosen ? chosen : NetworkCost.Networks, parsed.GetValue(rounds));
            return 0;
        });
        return command;
    }
}
