using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Output;

/// <summary>
/// Progress in plain lines, for files and pipes: at iterations 0, 1, 2, 5, 10, 20, 50, ... and after every second without one, also inside
/// a line search.
/// </summary>
internal sealed class PlainProgress(TextWriter output, TimeProvider? clock = null) : LbfgsObserver, IProgress<LbfgsProgress>
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long? _lastLine;
    private LbfgsProgress? _unwritten;
    private LbfgsProgress? _last;

    public override bool ReceivesTrials => true;

    private bool IsSilent => _lastLine is { } last && _clock.GetElapsedTime(last) >= Silence;

    public override void OnTrial(LbfgsTrial trial)
    {
        if (_last is not null && IsSilent)
            Write(_last with { Evaluations = trial.Evaluation, Seconds = trial.Seconds });
    }

    public override void OnIteration(LbfgsProgress progress, Tensor position) => Report(progress);

    public void Report(LbfgsProgress value)
    {
        _last = value;
        if (_lastLine is null)
            output.WriteLine(ProgressTable.Line(ProgressTable.Headers));
        if (_lastLine is null || IsMilestone(value.Iteration) || IsSilent)
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
        _lastLine = _clock.GetTimestamp();
    }
}
