using System.CommandLine;
using TfLbfgs.Benchmarks.Files;
using TfLbfgs.Benchmarks.Running;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>files</c>: loading and saving of files of 100 MB, against h5py and Keras.</summary>
internal static class FilesCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> peers = new("--peers") { Description = "The folder with the peers; default: TFLBFGS_PEERS, or ../shared/peers.", HelpName = "DIR" };
        Option<int> rounds = new("--rounds") { Description = "How many times each side is measured, in turn.", DefaultValueFactory = _ => 5, HelpName = "N" };
        Command command = new("files", "Loading and saving of weights and models of 100 MB, against h5py and Keras; time and peak memory.");
        command.Options.Add(peers);
        command.Options.Add(rounds);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(rounds) < 1)
                throw new TfLbfgsException("Expected --rounds of at least 1.");
            PeersFolder folder = PeersFolder.Find(parsed.GetValue(peers))
                ?? throw new TfLbfgsException("Expected the folder of the peers, which run Keras: name it with --peers.");
            FileCost.Run(folder, parsed.GetValue(rounds));
            return 0;
        });
        return command;
    }
}
