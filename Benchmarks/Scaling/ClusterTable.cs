using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Benchmarks.Running;

namespace TfLbfgs.Benchmarks.Scaling;

/// <summary>Measures clusters of some sizes, and writes a table.</summary>
internal static class ClusterTable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Starts workers and a controller for each number of workers, in each round.</summary>
    /// <param name="workers">Numbers of workers.</param>
    /// <param name="sizes">Numbers of parameters.</param>
    /// <param name="asNamespaces">Whether hosts are network namespaces.</param>
    /// <param name="bitsPerSecond">The rate of each interface; null: unlimited.</param>
    /// <param name="rounds">How often all is measured.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>For each number of workers and parameters the round of the median overhead.</returns>
    public static async Task<IReadOnlyList<ClusterRow>> MeasureAsync(IReadOnlyList<int> workers, IReadOnlyList<int> sizes,
        bool asNamespaces, double? bitsPerSecond, int rounds, CancellationToken cancellation)
    {
        List<ClusterRow> rows = [];
        for (int round = 0; round < rounds; round++)
            rows.AddRange(await MeasureAsync(workers, sizes, asNamespaces, bitsPerSecond, cancellation));
        return Medians(rows);
    }

    /// <summary>Of the rows of a number of workers and parameters, that of the median overhead; the same bits only where all had.</summary>
    internal static IReadOnlyList<ClusterRow> Medians(IReadOnlyList<ClusterRow> rows) =>
    [
        .. rows.GroupBy(row => (row.Workers, row.Parameters)).Select(group =>
            group.OrderBy(row => row.OverheadSeconds).ElementAt((group.Count() - 1) / 2) with { IsSame = group.All(row => row.IsSame) }),
    ];

    private static async Task<IReadOnlyList<ClusterRow>> MeasureAsync(
        IReadOnlyList<int> workers, IReadOnlyList<int> sizes, bool asNamespaces, double? bitsPerSecond, CancellationToken cancellation)
    {
        List<ClusterRow> rows = [];
        foreach (int count in workers)
        {
            using ClusterHosts hosts = ClusterHosts.Create(count + 1, asNamespaces, bitsPerSecond);
            string[] addresses = [.. Enumerable.Range(1, count).Select(hosts.Address)];
            List<Process> started = [];
            try
            {
                for (int i = 0; i < count; i++)
                    started.Add(Process.Start(hosts.Start(i + 1, "cluster-worker", addresses[i][(addresses[i].LastIndexOf(':') + 1)..]))!);
                string[] texts = [.. sizes.Select(size => size.ToString(CultureInfo.InvariantCulture))];
                ProcessOutcome outcome = await ChildRun.RunAsync(
                    hosts.Start(0, ["cluster-controller", string.Join(',', addresses), .. texts]), Limit, cancellation);
                if (outcome.Output.Split('\n').LastOrDefault(line => line.StartsWith('[')) is not { } json)
                    throw new TfLbfgsException($"The controller of {count} workers: expected rows, received: {outcome.LastWords}");
                rows.AddRange(JsonSerializer.Deserialize(json, ClusterRowJson.Default.ClusterRowArray)!);
            }
            finally
            {
                foreach (Process process in started)
                {
                    if (!process.HasExited)
                        process.Kill(entireProcessTree: true);
                    process.Dispose();
                }
            }
        }

        return rows;
    }

    /// <summary>A Markdown table.</summary>
    public static string Write(IReadOnlyList<ClusterRow> rows)
    {
        StringBuilder text = new();
        text.Append("| n | workers | evaluation, us | slowest worker, us | above it, us | of that network, us | bytes | on the wire | "
            + "loss | gradient | same bits | exchange alone, us | as a tree, us |\n");
        text.Append("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (ClusterRow row in rows.OrderBy(row => row.Parameters).ThenBy(row => row.Workers))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Parameters} | {row.Workers} | {Micro(row.EvaluationSeconds)} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Micro(row.SlowestSeconds)} | {Micro(row.OverheadSeconds)} ");
            text.Append(CultureInfo.InvariantCulture,
                $"| {Micro(row.NetworkSeconds)} | {row.Bytes} | {row.WireBytes:F0} | {row.LossError:E0} ");
            text.Append(CultureInfo.InvariantCulture, $"| {row.GradientError:E0} | {(row.IsSame ? "yes" : "NO")} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Micro(row.StarSeconds)} | {Micro(row.TreeSeconds)} |\n");
        }

        return text.ToString();

        static string Micro(double seconds) =>
            double.IsNaN(seconds) ? "" : (seconds * 1e6).ToString("F0", CultureInfo.InvariantCulture);
    }
}
