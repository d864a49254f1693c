using System.Diagnostics;
using TfLbfgs.Optimization;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>
/// Observes the iterations of one run: times those with one evaluation, records the native calls of one of the last, and repeats these
/// natively while everything that they use is alive. That
/// disturbs the driver's memory, so nothing is timed after it.
/// </summary>
/// <param name="iterations">The iterations of the run.</param>
/// <param name="warmUp">How many are not counted: until the memory is full.</param>
/// <param name="vectorLength">n.</param>
/// <param name="repeat">Repeats the calls natively.</param>
internal sealed class IterationRun(int iterations, int warmUp, long vectorLength, Action<IterationRecorder> repeat)
    : IProgress<LbfgsProgress>, IDisposable
{
    /// <summary>
    /// Iterations at the end that are not timed: one to learn what is there, one that is recorded, and some more should that one take
    /// several evaluations. The last makes no new direction.
    /// </summary>
    private const int Tail = 10;

    private readonly List<double> _microseconds = [];
    private IterationRecorder? _recorder;
    private long _resumed;
    private int _evaluations;
    private bool _repeated;

    /// <summary>The microseconds of each timed iteration.</summary>
    public IReadOnlyList<double> Microseconds => _microseconds;

    /// <summary>Called after each iteration.</summary>
    public void Report(LbfgsProgress value)
    {
        double elapsed = Stopwatch.GetElapsedTime(_resumed).TotalMicroseconds;
        bool isPlain = value.Evaluations - _evaluations == 1;
        if (value.Iteration > warmUp && value.Iteration <= iterations - Tail && isPlain)
            _microseconds.Add(elapsed);
        if (_recorder is null && value.Iteration == iterations - Tail)
            _recorder = new IterationRecorder(vectorLength);
        else if (_recorder is { } recorder && !_repeated && value.Iteration < iterations)
            Record(recorder, isPlain);

        _evaluations = value.Evaluations;
        _resumed = Stopwatch.GetTimestamp();
    }

    public void Dispose() => _recorder?.Dispose();

    private void Record(IterationRecorder recorder, bool isPlain)
    {
        if (!recorder.IsRecording || !isPlain)
        {
            recorder.Begin();
            return;
        }

        recorder.End();
        repeat(recorder);
        _repeated = true;
    }
}
