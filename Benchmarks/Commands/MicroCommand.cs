using System.CommandLine;
using TfLbfgs.Benchmarks.Micro;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>micro [FILTER]</c>: op, function call, transfer, layout and tape, by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string?> filter = new("filter")
        {
            Description = "A part of Class.Method, such as 'Layout' or 'Tape.Seed'; default all.",
            Arity = ArgumentArity.ZeroOrOne
        };
        Option<bool> isShort = new("--short") { Description = "Three measurements of each: rough, but quick." };
        Option<string> folder = new("--output")
        {
            Description = "The folder for the reports.",
            DefaultValueFactory = _ => "BenchmarkDotNet.Artifacts",
            HelpName = "DIR"
        };
        Command command = new("micro", "Micro-benchmarks: op, function call, read and upload, layout, tape.");
        command.Arguments.Add(filter);
        command.Options.Add(isShort);
        command.Options.Add(folder);
        command.SetAction(parsed =>
        {
            int failed = MicroBenchmarks.Run(parsed.GetValue(filter), parsed.GetValue(isShort), Path.GetFullPath(parsed.GetValue(folder)!));
            return failed switch
            {
                < 0 => throw new TfLbfgsException($"No benchmark has '{parsed.GetValue(filter)}' in its name."),
                0 => 0,
                _ => 1,
            };
        });
        return command;
    }
}
