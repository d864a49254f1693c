using System.CommandLine;
using TfLbfgs.Benchmarks.Overhead;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Optimization;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>iteration</c>: what an iteration costs above its evaluation, against its bare native calls.</summary>
internal static class IterationCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string> workload = new("--workload") { Description = "The workload.", DefaultValueFactory = _ => "seed", HelpName = "NAME" };
        Option<int> memory = new("--memory") { Description = "The correction pairs.", DefaultValueFactory = _ => 10, HelpName = "M" };
        Option<Execution> execution =
            new("--execution") { Description = "How the objective is run.", DefaultValueFactory = _ => Execution.Traced };
        Option<int> rounds = new("--rounds")
        {
            Description = "How many runs, each in turn with its native calls.",
            DefaultValueFactory = _ => 20,
            HelpName = "N"
        };
        Command command = new("iteration", "What an iteration costs above its evaluation, against its bare native calls in the same run.");
        foreach (Option option in (Option[])[workload, memory, execution, rounds])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            LbfgsOptions options = new() { MemoryLength = parsed.GetValue(memory), Execution = parsed.GetValue(execution) };
            options.Validate();
            if (options.Execution == Execution.Eager || options.MemoryLength > 40 || parsed.GetValue(rounds) < 1)
                throw new TfLbfgsException("Expected --execution Traced or Compiled, --memory of 1 to 40 and --rounds of at least 1.");
            new IterationCost(Workload.Find(parsed.GetValue(workload)!), options, parsed.GetValue(rounds)).Run();
            return 0;
        });
        return command;
    }
}
