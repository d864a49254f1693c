using System.CommandLine;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Commands;

/// <summary>One run of a command: its options, what it reports, and what interrupts it.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Report">Text, warnings, files and the JSON object.</param>
/// <param name="Interruption">Signals.</param>
/// <param name="IsTerminal">Whether the text goes to a terminal that can be drawn on.</param>
internal sealed record Session(ParseResult Options, Report Report, Interruption Interruption, bool IsTerminal);
