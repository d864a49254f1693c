using System.Diagnostics;
using Spectre.Console;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Output;

/// <summary>Progress on a terminal: a table that is redrawn in place, at most ten times a second so that drawing costs nothing.</summary>
internal sealed class LiveProgress(LiveDisplayContext context, Table table) : LbfgsObserver, IProgress<LbfgsProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _sinceDrawn = new();
    private LbfgsProgress? _undrawn;
    private LbfgsProgress? _last;

    public override bool ReceivesTrials => true;

    public static Table NewTable()
    {
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        for (int i = 0; i < ProgressTable.Headers.Count; i++)
            table.AddColumn(new TableColumn(ProgressTable.Headers[i]).RightAligned().NoWrap().Width(ProgressTable.Widths[i]));
        return table;
    }

    public override void OnTrial(LbfgsTrial trial)
    {
        if (_last is not null && _sinceDrawn.Elapsed >= Interval)
            Draw(_last with { Evaluations = trial.Evaluation, Seconds = trial.Seconds });
    }

    public override void OnIteration(LbfgsProgress progress, Tensor position) => Report(progress);

    public void Report(LbfgsProgress value)
    {
        _last = value;
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
