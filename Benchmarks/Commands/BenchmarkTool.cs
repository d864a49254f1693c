using System.CommandLine;
using System.CommandLine.Help;
using TfLbfgs.Benchmarks.Derivatives;
using TfLbfgs.Benchmarks.Overhead;
using TfLbfgs.Benchmarks.Workloads;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary>The commands of <c>dotnet run --project Benchmarks -c Release --</c>.</summary>
internal static class BenchmarkTool
{
    /// <summary>Runs one.</summary>
    /// <returns>0; 1 when one of our own solvers failed; 2 for bad input; 130 when cancelled.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        Command root = new("Benchmarks", "Times our driver against the peers, and the parts that it is made of. "
            + "docs/reference/performance.md says what the figures mean.");
        root.Options.Add(new HelpOption());
        foreach (Workload workload in Workload.All)
            root.Subcommands.Add(RaceCommand.Create(workload.Name,
                $"The workload '{workload.Name}': our driver and the peers, one line per solver.", [workload]));
        root.Subcommands.Add(RaceCommand.Create("all", "All five workloads.", Workload.All));
        root.Subcommands.Add(RowCommand.Create());
        root.Subcommands.Add(IterationCommand.Create());
        root.Subcommands.Add(GrowthCommand.Create());
        root.Subcommands.Add(MethodsCommand.Create());
        root.Subcommands.Add(MicroCommand.Create());
        root.Subcommands.Add(Simple("call-overhead", "One call of loss and gradient, against the same function called natively.",
            CallOverhead.Run));
        root.Subcommands.Add(Simple("taylor", "u, u_x, u_xx, ... of a network by nested tapes and by Taylor mode, orders 2 to 4; a "
            + "Markdown table.", TaylorCost.Run));
        root.Subcommands.Add(EagerTapeCommand.Create());
        root.Subcommands.Add(NetworksCommand.Create());
        root.Subcommands.Add(FitCommand.Create());
        root.Subcommands.Add(FilesCommand.Create());
        root.Subcommands.Add(GpuCommand.Create());
        root.Subcommands.Add(ClusterCommand.Create());
        root.Subcommands.Add(ClusterCommand.CreateWorker());
        root.Subcommands.Add(ClusterCommand.CreateController());
        root.Subcommands.Add(SpeedupCommand.Create());

        ParseResult parsed = root.Parse(arguments.Length > 0 ? arguments : ["--help"]);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine($"error: {parsed.Errors[0].Message} See --help.");
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Cancelled.");
            return 130;
        }
        catch (TfLbfgsException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 2;
        }
    }

    private static Command Simple(string name, string description, Action run)
    {
        Command command = new(name, description);
        command.SetAction(_ =>
        {
            run();
            return 0;
        });
        return command;
    }
}
