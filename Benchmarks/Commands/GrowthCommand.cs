using System.CommandLine;
using TfLbfgs.Benchmarks.Growth;
using TfLbfgs.Optimization;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>growth</c>: what an iteration costs above its evaluations as n grows, compared with the bandwidth of the memory.</summary>
internal static class GrowthCommand
{
    private const long Least = 100;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<long[]> sizes = new("--sizes")
        {
            Description = "The numbers of parameters.",
            DefaultValueFactory = _ => [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<Execution[]> executions = new("--execution")
        {
            Description = "How the objective is run.",
            DefaultValueFactory = _ => [Execution.Traced, Execution.Compiled],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> repetitions = new("--reps")
        {
            Description = "The minimizations of each length, of which the best counts.",
            DefaultValueFactory = _ => 5,
            HelpName = "N"
        };
        Command command =
            new("growth",
            "What an iteration costs above its evaluations as n grows, compared with the bandwidth of the memory; a Markdown table.");
        foreach (Option option in (Option[])[sizes, executions, repetitions])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(sizes)!.Any(n => n < Least) || parsed.GetValue(executions)!.Contains(Execution.Eager)
                || parsed.GetValue(repetitions) < 1)
                throw new TfLbfgsException($"Expected --sizes of at least {Least}, --execution other than Eager and --reps of at least 1.");
            Run(parsed.GetValue(sizes)!, parsed.GetValue(executions)!, parsed.GetValue(repetitions));
            return 0;
        });
        return command;
    }

    private static void Run(long[] sizes, Execution[] executions, int repetitions)
    {
        double sum = MemoryBandwidth.Sum();
        double triad = MemoryBandwidth.Triad();
        Console.WriteLine(
            FormattableString.Invariant(
            $"Memory bandwidth on {Environment.ProcessorCount} processors: sum {sum / 1e9:F1} GB/s, triad {triad / 1e9:F1} GB/s. Per iteration, best of {repetitions} runs; \"of the bandwidth\" is that of the sum."));
        Console.WriteLine();
        Console.WriteLine(GrowthRow.Header);
        foreach (Execution execution in executions)
        {
            foreach (long n in sizes)
                Console.WriteLine(GrowthMeasurement.Measure(n, execution, repetitions).Line(sum));
        }
    }
}
