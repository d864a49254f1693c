using System.Diagnostics;
using Spectre.Console;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Output;

/// <summary>Progress on a terminal: a table that is redrawn in place, at most ten times a second so that drawing costs nothing.</summary>
internal sealed class LiveProgress(LiveDisplayContext context, Table table) : IProgress<LbfgsProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _sinceDrawn = new();
    private LbfgsProgress? _undrawn;

    public static Table NewTable()
    {
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (string header in ProgressTable.Headers)
            table.AddColumn(new TableColumn(header).RightAligned().Width(12));
        return table;
    }

    public void Report(LbfgsProgress value)
    {
        if (_sinceDrawn.IsRunning && _sinceDrawn.Elapsed < Interval)
            _undrawn = value;
        else
            Draw(value);
    }

    /// <summary>Draws the last iteration, unless it was drawn.</summary>
    public void Finish()
    {
        if (_undrawn is { } last)
            Draw(last);
    }

    private void Draw(LbfgsProgress value)
    {
        if (table.Rows.Count > 0)
            table.RemoveRow(0);
        table.AddRow(ProgressTable.Cells(value));
        context.Refresh();
        _undrawn = null;
        _sinceDrawn.Restart();
    }
}
