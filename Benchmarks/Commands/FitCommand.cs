using System.CommandLine;
using TfLbfgs.Benchmarks.Networks;
using TfLbfgs.Benchmarks.Running;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>fit</c>: epochs of training with Adam, against Keras.</summary>
internal static class FitCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> peers = new("--peers") { Description = "The folder with the peers; default: TFLBFGS_PEERS, or ../shared/peers.", HelpName = "DIR" };
        Option<int> rounds = new("--rounds") { Description = "How many times each side is measured, in turn.", DefaultValueFactory = _ => 3, HelpName = "N" };
        Option<int> epochs = new("--epochs") { Description = "How many epochs a round has; the shortest counts.", DefaultValueFactory = _ => 5, HelpName = "N" };
        Option<string[]> networks = new("--network") { Description = "Only this one; may stand several times.", HelpName = "NAME" };
        networks.AcceptOnlyFromAmong([.. FitCost.Networks]);
        Command command = new("fit", "An epoch of training with Adam of a dense, a convolutional and a recurrent network, traced and compiled, against Keras 2 and 3.");
        foreach (Option option in (Option[])[peers, rounds, epochs, networks])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(rounds) < 1 || parsed.GetValue(epochs) < 1)
                throw new TfLbfgsException("Expected --rounds and --epochs of at least 1.");
            PeersFolder folder = PeersFolder.Find(parsed.GetValue(peers)) ?? throw new TfLbfgsException("Expected the folder of the peers, which run Keras: name it with --peers.");
            FitCost.Run(folder, parsed.GetValue(networks) is { Length: > 0 } chosen ? chosen : FitCost.Networks, parsed.GetValue(rounds), parsed.GetValue(epochs));
            return 0;
        });
        return command;
    }
}
