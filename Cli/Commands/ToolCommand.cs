using System.CommandLine;

namespace TfLbfgs.Cli.Commands;

/// <summary>A command with examples for its help.</summary>
/// <param name="name">The name.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Command lines without the name of the tool.</param>
internal sealed class ToolCommand(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    /// <summary>Command lines without the name of the tool.</summary>
    public IReadOnlyList<string> Examples => examples;
}
