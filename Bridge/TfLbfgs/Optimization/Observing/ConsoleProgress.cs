using System.Globalization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Writes progress as lines of text: the start, then at most one line per interval, and at least one, also while a line search or a single
/// evaluation takes long; at the end the last iteration and why
/// it ended. Use it as <see cref="RunOptions.Progress"/> or among <see cref="RunOptions.Observers"/>.
/// </summary>
/// <param name="output">Where to; null: the console's output. Written from a second thread too, one at a time; not disposed.</param>
public sealed class ConsoleProgress(TextWriter? output = null) : LbfgsObserver, IProgress<LbfgsProgress>
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(0.5);
    private readonly int _every;
    private readonly int _variablesEvery;
    private TextWriter _output = TextWriter.Null;
    private ITimer? _heartbeat;
    private long _started;
    private long _lastLine;
    private bool _isHeaderWritten;
    private LbfgsProgress? _last;
    private bool _isLastWritten;
    private LbfgsTrial? _trial;

    /// <summary>The time between two lines; more than zero; default half a second.</summary>
    /// <exception cref="TfLbfgsException">It is not more than zero.</exception>
    public TimeSpan Interval
    {
        get => _interval;
        init => _interval = value > TimeSpan.Zero && value < TimeSpan.FromDays(1)
            ? value : throw new TfLbfgsException(
                $"ConsoleProgress.Interval: expected more than zero and less than a day, received {value}.");
    }

    /// <summary>Writes each k-th iteration as well, regardless of time; 0 (default): by time only. Python: <c>display_every</c>.</summary>
    /// <exception cref="TfLbfgsException">It is negative.</exception>
    public int Every
    {
        get => _every;
        init => _every = value >= 0 ? value : throw new TfLbfgsException($"ConsoleProgress.Every: expected 0 or more, received {value}.");
    }

    /// <summary>
    /// After each k-th iteration a table of the variables follows: the largest components of position, gradient and step, and the length of
    /// the gradient; 0 (default): none. One call and one small read each; nothing where the objective
    /// has no layout.
    /// </summary>
    /// <exception cref="TfLbfgsException">It is negative.</exception>
    public int VariablesEvery
    {
        get => _variablesEvery;
        init => _variablesEvery = value >= 0
            ? value : throw new TfLbfgsException($"ConsoleProgress.VariablesEvery: expected 0 or more, received {value}.");
    }

    /// <inheritdoc/>
    public override bool ReceivesTrials => true;

    /// <summary>The clock; tests set their own.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    public override void OnStart(long parameters)
    {
        lock (_gate)
        {
            Begin();
            _heartbeat = Time.CreateTimer(_ => Beat(), null, Interval, Timeout.InfiniteTimeSpan);
            Write(string.Create(CultureInfo.InvariantCulture, $"L-BFGS, {parameters:N0} parameters"));
        }
    }

    /// <inheritdoc/>
    public override void OnTrial(LbfgsTrial trial)
    {
        lock (_gate)
        {
            _trial = trial;
            if (_last is not null && Time.GetElapsedTime(_lastLine) >= Interval)
                WriteState();
        }
    }

    /// <inheritdoc/>
    public override void OnIteration(LbfgsProgress progress, Tensor position) => Report(progress);

    /// <inheritdoc/>
    public override void OnIteration(LbfgsIteration iteration)
    {
        ArgumentNullException.ThrowIfNull(iteration);
        Report(iteration.Progress);
        if (VariablesEvery == 0 || iteration.Progress.Iteration % VariablesEvery != 0)
            return;
        IReadOnlyList<VariableNorms> variables = iteration.MeasureVariables();
        lock (_gate)
        {
            if (variables.Count == 0)
                return;
            if (!_isLastWritten)
                WriteState();
            foreach (string line in VariableTable.Lines(variables))
                Write(line);
        }
    }

    /// <inheritdoc/>
    public override void OnSearchFailed(LbfgsSearchFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        lock (_gate)
            Write(string.Create(CultureInfo.InvariantCulture, $"line search {failure.Iteration} failed. {failure.Message}"));
    }

    /// <summary>Takes one accepted iteration; a minimization that has it as an observer does so by itself.</summary>
    /// <param name="value">The iteration.</param>
    public void Report(LbfgsProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_gate)
        {
            if (_output == TextWriter.Null)
                Begin();
            _last = value;
            _isLastWritten = false;
            _trial = null;
            if (value.Iteration == 0 || (Every > 0 && value.Iteration % Every == 0) || Time.GetElapsedTime(_lastLine) >= Interval)
                WriteState();
        }
    }

    /// <inheritdoc/>
    public override void OnEnd(LbfgsResult? result)
    {
        lock (_gate)
        {
            _heartbeat?.Dispose();
            _heartbeat = null;
            if (_last is not null && !_isLastWritten)
            {
                _trial = null;
                WriteState();
            }

            Write(result is null ? "Ended by an exception." : result.ToString());
            _output = TextWriter.Null;
        }
    }

    private void Begin()
    {
        _output = output ?? Console.Out;
        _heartbeat?.Dispose();
        _heartbeat = null;
        _started = _lastLine = Time.GetTimestamp();
        _last = null;
        _trial = null;
        _isHeaderWritten = false;
    }

    private void Beat()
    {
        lock (_gate)
        {
            if (_heartbeat is null)
                return;
            try
            {
                WriteState();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // On this thread it could not be caught; the next line of the minimization meets it again.
            }
        }
    }

    /// <summary>One line: the last iteration, and the search that has gone on since.</summary>
    private void WriteState()
    {
        double seconds = Time.GetElapsedTime(_started).TotalSeconds;
        if (_last is null)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"preparing the first evaluation, {seconds:0.0} s"));
            return;
        }

        if (!_isHeaderWritten)
            _output.WriteLine(ProgressTable.Line(ProgressTable.Headers));
        _isHeaderWritten = true;
        if (!_isLastWritten)
            Write(ProgressTable.Line(ProgressTable.Cells(_last)) + ProgressTable.TermsOf(_last));
        else if (_trial is { } trial)
            Write(string.Create(CultureInfo.InvariantCulture,
                $"{ProgressTable.Line(ProgressTable.Cells(_last, trial.Evaluation, seconds))}  searching: step {trial.Step:0.0e+0}, loss "
                + $"{trial.Loss:0.000e+0}"));
        else
            Write($"{ProgressTable.Line(ProgressTable.Cells(_last, _last.Evaluations, seconds))}  evaluating");
        _isLastWritten = true;
    }

    private void Write(string line)
    {
        _output.WriteLine(line);
        _output.Flush();
        _lastLine = Time.GetTimestamp();
        _heartbeat?.Change(Interval, Timeout.InfiniteTimeSpan);
    }
}
