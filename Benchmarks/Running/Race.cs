using System.Globalization;
using System.Text.Json;
using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Workloads;

namespace TfLbfgs.Benchmarks.Running;

/// <summary>Runs competitors on a workload, one after another, each in a process of its own and within a limit of time.</summary>
/// <param name="options">How each row is measured.</param>
/// <param name="limit">The most seconds of one competitor on one workload; one that takes longer counts as not reached.</param>
internal sealed class Race(MeasuringOptions options, TimeSpan limit)
{
    /// <summary>One competitor's row; where it failed or took too long, one that says so.</summary>
    public Task<BenchmarkRow> RunAsync(Competitor competitor, Workload workload, CancellationToken cancellation) =>
        RunOnceAsync(competitor, workload, Arguments(competitor, options), cancellation);

    /// <summary>
    /// Runs a competitor that reached the target again, in a new process that does nothing else before: so the first run of that length is
    /// measured too, and of several rounds the best counts.
    /// </summary>
    /// <returns>The row with the times of that run, where they are the first or better.</returns>
    public async Task<BenchmarkRow> RepeatAsync(BenchmarkRow row, Competitor competitor, Workload workload, CancellationToken cancellation)
    {
        if (row.IterationsToTarget is not { } fewest)
            return row;
        MeasuringOptions again = new(fewest, options.Repetitions, WithTarget: false);
        BenchmarkRow repeated = await RunOnceAsync(competitor, workload, Arguments(competitor, again), cancellation);
        return row with
        {
            SecondsToTarget = Best(row.SecondsToTarget, repeated.Seconds),
            FirstSecondsToTarget = Best(row.FirstSecondsToTarget, repeated.FirstSeconds),
        };
    }

    private static double? Best(double? former, double? latter) => former is null || latter < former ? latter ?? former : former;

    private static string[] Arguments(Competitor competitor, MeasuringOptions options)
    {
        List<string> arguments = ["--reps", options.Repetitions.ToString(CultureInfo.InvariantCulture)];
        if (options.Iterations is { } iterations)
            arguments.AddRange(["--iterations", iterations.ToString(CultureInfo.InvariantCulture)]);
        if (!options.WithTarget && competitor.CanSkipTarget)
            arguments.Add("--no-target");
        return [.. arguments];
    }

    private async Task<BenchmarkRow> RunOnceAsync(Competitor competitor, Workload workload, string[] arguments,
        CancellationToken cancellation)
    {
        ProcessOutcome outcome = await ChildRun.RunAsync(competitor.Command(workload.Name, arguments), limit, cancellation);
        if (outcome.ExitCode is null)
            return Without($"not reached: over {limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s");
        if (outcome.ExitCode != 0 || outcome.JsonLine is not { } line)
            return Without($"failed with exit code {outcome.ExitCode}: {outcome.LastWords}");
        try
        {
            // TorchSharp's row does not say how it flattens, and it has no vector that it would flatten.
            return BenchmarkRow.Parse(line) with { Flatten = competitor.Flatten };
        }
        catch (JsonException e)
        {
            return Without($"printed no row: {e.Message}");
        }

        BenchmarkRow Without(string note) => new()
        {
            Workload = workload.Name,
            Solver = competitor.Name,
            Flatten = competitor.Flatten,
            Target = workload.Target,
            Note = note,
        };
    }
}
