using System.Globalization;
using Spectre.Console;
using TfLbfgs.Benchmarks.Measuring;

namespace TfLbfgs.Benchmarks.Reporting;

/// <summary>Rows of one workload, and our times over the peers', as tables for people.</summary>
internal static class RowTable
{
    private static readonly (string Header, Func<BenchmarkRow, string> Text)[] Columns =
    [
        ("solver", row => row.Solver),
        ("to target s", row => Number(row.SecondsToTarget, "G3")),
        ("first s", row => Number(row.FirstSecondsToTarget, "G3")),
        ("iterations", row => Number(row.IterationsToTarget, "0")),
        ("run s", row => Number(row.Seconds, "G3")),
        ("run first s", row => Number(row.FirstSeconds, "G3")),
        ("iterations", row => Number(row.Iterations, "0")),
        ("evaluations", row => Number(row.Evaluations, "0")),
        ("loss", row => Number(row.Loss, "0.0E+0")),
        ("raw us", row => Number(row.RawUs, "0")),
        ("overhead", row => Number(row.Overhead, "0.00")),
        ("peak MiB", row => Number(row.PeakMib, "0")),
        ("reads", row => Number(row.Reads, "0")),
        ("calls/it", row => Number(row.NativeCalls, "0.0")),
        ("B/it", row => Number(row.AllocatedBytes, "0")),
    ];

    /// <summary>The rows.</summary>
    public static Table Of(string workload, IReadOnlyList<BenchmarkRow> rows)
    {
        Table table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(workload));
        foreach ((string header, _) in Columns)
            table.AddColumn(new TableColumn(header).NoWrap().RightAligned());
        table.Columns[0].Alignment(Justify.Left);
        foreach (BenchmarkRow row in rows)
            table.AddRow([.. Columns.Select(column => Markup.Escape(column.Text(row)))]);
        return table;
    }

    /// <summary>The ratios.</summary>
    public static Table Of(string workload, IReadOnlyList<Ratio> ratios)
    {
        Table table = new Table().Border(TableBorder.Simple).Title(Markup.Escape($"{workload}: our seconds / theirs, to the target"));
        foreach (string header in (string[])["solver", "peer", "steady", "first"])
            table.AddColumn(new TableColumn(header).NoWrap());
        foreach (Ratio ratio in ratios)
            table.AddRow(Markup.Escape(ratio.Solver), Markup.Escape(ratio.Peer), Number(ratio.Steady, "0.000"),
                Number(ratio.First, "0.000"));
        return table;
    }

    private static string Number(double? value, string format) =>
        value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "-";
}
