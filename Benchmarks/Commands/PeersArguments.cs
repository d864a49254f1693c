using System.CommandLine;
using TfLbfgs.Benchmarks.Running;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary>
/// The options of commands that measure in turn with Python: where the peers are, and how many times each side is measured.
/// </summary>
internal sealed class PeersArguments
{
    private readonly Option<string?> _peers = new("--peers")
    {
        Description = "The folder with the peers; default: TFLBFGS_PEERS, or ../shared/peers.",
        HelpName = "DIR",
    };

    private readonly Option<int> _rounds;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="rounds">How many times each side is measured by default.</param>
    public PeersArguments(Command command, int rounds)
    {
        _rounds = new Option<int>("--rounds")
        {
            Description = "How many times each side is measured, in turn.",
            DefaultValueFactory = _ => rounds,
            HelpName = "N",
        };
        command.Options.Add(_peers);
        command.Options.Add(_rounds);
    }

    /// <summary>The folder that was named; null: none was.</summary>
    public string? Peers(ParseResult parsed) => parsed.GetValue(_peers);

    /// <summary>The folder with the peers.</summary>
    /// <exception cref="TfLbfgsException">There is none.</exception>
    public PeersFolder Folder(ParseResult parsed) => PeersFolder.Find(Peers(parsed))
        ?? throw new TfLbfgsException("Expected the folder of the peers, which run Keras: name it with --peers.");

    /// <summary>How many times each side is measured.</summary>
    /// <exception cref="TfLbfgsException">The number is below 1.</exception>
    public int Rounds(ParseResult parsed) => parsed.GetValue(_rounds) is >= 1 and var rounds
        ? rounds
        : throw new TfLbfgsException("Expected --rounds of at least 1.");
}
