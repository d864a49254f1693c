using System.CommandLine;
using TfLbfgs.Benchmarks.Networks;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>fit</c>: epochs of training with Adam or L-BFGS, against Keras.</summary>
internal static class FitCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<int> epochs = new("--epochs")
        {
            Description = "How many epochs a round has; the shortest counts.",
            DefaultValueFactory = _ => 5,
            HelpName = "N",
        };
        Option<string[]> networks = new("--network") { Description = "Only this one; may stand several times.", HelpName = "NAME" };
        networks.AcceptOnlyFromAmong([.. FitCost.Networks]);
        Option<string> method = new("--method")
        {
            Description = "How it is trained: adam, or lbfgs against tfp's recipe.",
            DefaultValueFactory = _ => FitCost.Methods[0],
            HelpName = "NAME"
        };
        method.AcceptOnlyFromAmong([.. FitCost.Methods]);
        Command command = new(
            "fit",
            "An epoch of training of a dense, a convolutional and a recurrent network, traced and compiled, against Keras 2 and 3.");
        PeersArguments peers = new(command, rounds: 3);
        command.Options.Add(epochs);
        command.Options.Add(networks);
        command.Options.Add(method);
        command.SetAction(parsed =>
        {
            int rounds = peers.Rounds(parsed);
            if (parsed.GetValue(epochs) < 1)
                throw new TfLbfgsException("Expected --epochs of at least 1.");
            IReadOnlyList<string> names = parsed.GetValue(networks) is { Length: > 0 } chosen ? chosen : FitCost.Networks;
            FitCost.Run(peers.Folder(parsed), names, rounds, parsed.GetValue(epochs), parsed.GetValue(method)!);
            return 0;
        });
        return command;
    }
}
