using System.CommandLine;
using System.Globalization;
using TfLbfgs.Benchmarks.Scaling;
using TfLbfgs.Distribution;
using TfLbfgs.Runtime;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary><c>cluster</c>: what an evaluation over workers takes, in processes or network namespaces of this machine.</summary>
internal static class ClusterCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<int[]> workers = new("--workers")
        {
            Description = "Numbers of workers.",
            DefaultValueFactory = _ => [1, 2, 4],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int[]> sizes = new("--parameters")
        {
            Description = "Numbers of parameters.",
            DefaultValueFactory = _ => [1000, 10_000, 100_000, 1_000_000],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<bool> namespaces = new("--namespaces") { Description = "Hosts in network namespaces with an interface each; needs root." };
        Option<double?> rate = new("--gigabits")
        {
            Description = "The rate of each interface, in Gb/s; with --namespaces.",
            HelpName = "RATE",
        };
        Option<int> rounds = new("--rounds")
        {
            Description = "How often all is measured; of each number of workers and parameters the round of the median overhead counts.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        Option<string?> overheads = new("--overheads")
        {
            Description = "Writes the overheads for 'speed-up' to a file.",
            HelpName = "FILE",
        };
        Command command = new("cluster", "Evaluations over 1, 2 and 4 workers of this machine: time, what is above the slowest worker, "
            + "bytes, and equality with one machine.");
        command.Options.Add(workers);
        command.Options.Add(sizes);
        command.Options.Add(namespaces);
        command.Options.Add(rate);
        command.Options.Add(rounds);
        command.Options.Add(overheads);
        command.SetAction(async (parsed, cancellation) =>
        {
            bool asNamespaces = parsed.GetValue(namespaces);
            double? gigabits = parsed.GetValue(rate);
            if (gigabits is not null && (!asNamespaces || !(gigabits > 0)))
                throw new TfLbfgsException("--gigabits: expected a rate above 0 together with --namespaces.");
            if (parsed.GetValue(rounds) < 1)
                throw new TfLbfgsException($"--rounds: expected 1 or more, received {parsed.GetValue(rounds)}.");
            IReadOnlyList<ClusterRow> rows = await ClusterTable.MeasureAsync(
                parsed.GetValue(workers)!, parsed.GetValue(sizes)!, asNamespaces, gigabits * 1e9, parsed.GetValue(rounds), cancellation);
            string machine = Machine(asNamespaces, gigabits, parsed.GetValue(rounds));
            Console.WriteLine($"On {machine}.\n");
            Console.Write(ClusterTable.Write(rows));
            double sum = ClusterMeasurement.SumRate(1_000_000);
            Console.WriteLine(FormattableString.Invariant($"\nOne gradient of 1,000,000 float64 is added at {sum / 1e9:F1} GB/s."));
            if (parsed.GetValue(overheads) is { } file)
                OverheadFit.Write(file, OverheadFit.Of(rows, sum), rows, machine);
            return rows.All(row => row.IsSame) ? 0 : 1;
        });
        return command;
    }

    /// <summary>A worker of <c>cluster</c>.</summary>
    public static Command CreateWorker()
    {
        Argument<int> port = new("port");
        Command command = new("cluster-worker", "A worker of 'cluster'.") { Hidden = true };
        command.Arguments.Add(port);
        WorkerOptions options = new() { AllowUnauthenticated = true, Runtime = new RuntimeOptions { IntraOpThreads = 1 } };
        command.SetAction(parsed =>
        {
            Worker.Run(parsed.GetValue(port), options);
            return 0;
        });
        return command;
    }

    /// <summary>The controller of <c>cluster</c>.</summary>
    public static Command CreateController()
    {
        Argument<string> workers = new("workers");
        Argument<int[]> sizes = new("parameters");
        Command command = new("cluster-controller", "The controller of 'cluster'.") { Hidden = true };
        command.Arguments.Add(workers);
        command.Arguments.Add(sizes);
        command.SetAction(parsed =>
        {
            ClusterMeasurement.Run(parsed.GetValue(workers)!.Split(','), parsed.GetValue(sizes)!);
            return 0;
        });
        return command;
    }

    private static string Machine(bool asNamespaces, double? gigabits, int rounds)
    {
        string hosts = asNamespaces ? "network namespaces" : "processes on the loopback";
        string rate = gigabits is { } bits ? string.Create(CultureInfo.InvariantCulture, $", interfaces of {bits} Gb/s") : "";
        string repeated = rounds == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", the medians of {rounds} rounds");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"one machine with {Environment.ProcessorCount} processors, hosts as {hosts}{rate}, TensorFlow {TfRuntime.Version}, float64")
            + repeated;
    }
}
