using System.CommandLine;

namespace TfLbfgs.Cli.Commands;

/// <summary>Adds several options to a command.</summary>
internal static class CommandOptions
{
    /// <summary>Adds options in the order in which the help lists them.</summary>
    public static void AddOptions(this Command command, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
            command.Options.Add(option);
    }
}
