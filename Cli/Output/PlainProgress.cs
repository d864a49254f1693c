using System.Diagnostics;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Output;

/// <summary>Progress in plain lines, for files and pipes: at iterations 0, 1, 2, 5, 10, 20, 50, ... and after every few seconds without one.</summary>
internal sealed class PlainProgress(TextWriter output) : IProgress<LbfgsProgress>
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceLine = new();
    private LbfgsProgress? _unwritten;

    public void Report(LbfgsProgress value)
    {
        if (!_sinceLine.IsRunning)
            output.WriteLine(ProgressTable.Line(ProgressTable.Headers));
        if (!_sinceLine.IsRunning || IsMilestone(value.Iteration) || _sinceLine.Elapsed > Silence)
            Write(value);
        else
            _unwritten = value;
    }

    /// <summary>Writes the last iteration, unless it was written.</summary>
    public void Finish()
    {
        if (_unwritten is { } last)
            Write(last);
    }

    private static bool IsMilestone(int iteration)
    {
        while (iteration >= 10 && iteration % 10 == 0)
            iteration /= 10;
        return iteration is 0 or 1 or 2 or 5;
    }

    private void Write(LbfgsProgress value)
    {
        output.WriteLine(ProgressTable.Line(ProgressTable.Cells(value)));
        output.Flush();
        _unwritten = null;
        _sinceLine.Restart();
    }
}
