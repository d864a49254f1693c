using System.CommandLine;
using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Running;
using TfLbfgs.Benchmarks.Solvers;
using TfLbfgs.Benchmarks.Workloads;

namespace TfLbfgs.Benchmarks.Commands;

/// <summary>
/// <c>row WORKLOAD SOLVER</c>: one variant of ours in this process, printed as one line of JSON, as <c>bench.py</c> does it for a peer.
/// </summary>
internal static class RowCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> workload = new("workload") { Description = string.Join(", ", Workload.All.Select(w => w.Name)) };
        Argument<string> solver = new("solver") { Description = string.Join(", ", Variant.All.Select(v => v.Name)) };
        MeasuringArguments measuring = new();
        Command command = new(OwnCompetitors.RowCommand, "One variant of ours in this process, as one line of JSON.");
        command.Arguments.Add(workload);
        command.Arguments.Add(solver);
        measuring.AddTo(command);
        command.SetAction(parsed =>
        {
            BenchmarkRow row =
                RowMeasurement.Measure(Workload.Find(parsed.GetValue(workload)!), Variant.Find(parsed.GetValue(solver)!),
                measuring.Of(parsed));
            Console.Out.WriteLine(row.ToJson());
            return 0;
        });
        return command;
    }
}
