using System.CommandLine;
using TfLbfgs.Benchmarks.Files;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>files</c>: loading and saving of files of 100 MB, against h5py and Keras.</summary>
internal static class FilesCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Command command = new("files", "Loading and saving of weights and models of 100 MB, against h5py and Keras; time and peak memory.");
        PeersArguments peers = new(command, rounds: 5);
        command.SetAction(parsed =>
        {
            int rounds = peers.Rounds(parsed);
            FileCost.Run(peers.Folder(parsed), rounds);
            return 0;
        });
        return command;
    }
}
