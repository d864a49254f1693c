using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TfLbfgs.Cli.Commands;

/// <summary>The help of a command with its examples and the exit codes.</summary>
/// <param name="usage">Writes usage, arguments and options.</param>
internal sealed class HelpText(HelpAction usage) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usage.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is ToolCommand { Examples.Count: > 0 } command)
        {
            output.WriteLine("Examples:");
            foreach (string example in command.Examples)
                output.WriteLine($"  {Tool.Name} {example}");
            output.WriteLine();
        }

        output.WriteLine("Exit codes:");
        foreach ((string number, string meaning) in ExitCode.All)
            output.WriteLine($"  {number,-13}  {meaning}");
        return code;
    }
}
