using System.Diagnostics;
using System.Runtime.ExceptionServices;
using TfLbfgs.Parameters;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The observers of one minimization, and its history. What one of them throws is wrapped in a sentence that names it. Without an observer
/// of trials nothing is made for them.
/// </summary>
internal sealed class Listeners : IDisposable
{
    private readonly IProgress<LbfgsProgress>? _progress;
    private readonly IProgress<LbfgsTrial>? _trials;
    private readonly Func<LbfgsProgress, LbfgsAction>? _callback;
    private readonly LbfgsObserver[] _observers;
    private readonly LbfgsObserver[] _trialObservers;
    private readonly List<LbfgsProgress> _history;
    private readonly double _secondsBefore;
    private readonly string _options;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _started;

    /// <summary>The observers of a run from its start.</summary>
    /// <param name="options">They name them.</param>
    /// <param name="layout">Where each variable stands in the vectors; null: unknown.</param>
    public Listeners(RunOptions options, ParameterLayout? layout = null)
        : this(options, [], 0, layout, new RunTally())
    {
    }

    /// <summary>The observers of a run that began earlier.</summary>
    public Listeners(RunOptions options, List<LbfgsProgress> history, double secondsBefore, ParameterLayout? layout, RunTally tally)
    {
        _history = history;
        _secondsBefore = secondsBefore;
        Meter = layout is null ? null : new VariableMeter(layout, tally);
        Tally = tally;
        LbfgsObserver[] first = options.Progress is LbfgsObserver observer ? [observer] : [];
        _options = options.GetType().Name;
        _progress = first.Length > 0 ? null : options.Progress;
        _trials = options.Trials;
        _callback = options.Callback;
        // An observer that is named twice is called once.
        _observers = [.. first.Concat(options.Observers).Distinct()];
        _trialObservers = [.. _observers.Where(o => o.ReceivesTrials)];
    }

    /// <summary>The start and every accepted iteration.</summary>
    public IReadOnlyList<LbfgsProgress> History => _history;

    /// <summary>Measures vectors by the variables of the layout; null without one.</summary>
    public VariableMeter? Meter { get; }

    /// <summary>Counts the reads of <see cref="Meter"/>.</summary>
    public RunTally Tally { get; }

    /// <summary>Whether there are observers of trials.</summary>
    public bool ReceivesTrials => _trials is not null || _trialObservers.Length > 0;

    /// <summary>Whether an observer receives positions.</summary>
    public bool HasObservers => _observers.Length > 0;

    /// <summary>Whether there are observers.</summary>
    public bool IsHeard => _progress is not null || _callback is not null || ReceivesTrials || HasObservers;

    /// <summary>Time since the call.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Seconds since the run began, those before a resumption included.</summary>
    public double Seconds => _secondsBefore + Elapsed.TotalSeconds;

    /// <summary>Before the first evaluation.</summary>
    public void Start(long parameters)
    {
        foreach (LbfgsObserver observer in _observers)
        {
            _started++;
            Tell(observer, 0, () => observer.OnStart(parameters));
        }
    }

    /// <summary>After an evaluation.</summary>
    public void Trial(int evaluation, int iteration, Trial trial)
    {
        if (ReceivesTrials)
            Trial(new LbfgsTrial(evaluation, iteration, trial.Step, trial.Value, trial.Slope, trial.GradientMax, Seconds));
    }

    /// <summary>After an evaluation; called where <see cref="ReceivesTrials"/>.</summary>
    public void Trial(LbfgsTrial told)
    {
        object listener = this;
        try
        {
            if (_trials is not null)
            {
                listener = _trials;
                _trials.Report(told);
            }

            foreach (LbfgsObserver observer in _trialObservers)
            {
                listener = observer;
                observer.OnTrial(told);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Failure(listener, told.Iteration, e);
        }
    }

    /// <summary>At the start and after an accepted iteration.</summary>
    /// <param name="progress">Its numbers.</param>
    /// <param name="position">The point, shape [n]; borrowed.</param>
    /// <param name="gradient">The gradient there, shape [n]; borrowed.</param>
    /// <param name="former">The position before the step; null: it is not kept.</param>
    /// <param name="curvatures">The pairs in memory; null: unknown.</param>
    public void Iteration(LbfgsProgress progress, Tensor position, Tensor gradient, Tensor? former = null, Curvatures? curvatures = null)
    {
        Pass(progress);
        object listener = this;
        try
        {
            if (_observers.Length == 0)
                return;
            LbfgsIteration iteration = new(progress, position, gradient, former, Meter, curvatures);
            foreach (LbfgsObserver observer in _observers)
            {
                listener = observer;
                observer.OnIteration(iteration);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Failure(listener, progress.Iteration, e);
        }
    }

    /// <summary>After a line search that failed and was looked into.</summary>
    public void SearchFailed(LbfgsSearchFailure failure)
    {
        foreach (LbfgsObserver observer in _observers)
            Tell(observer, failure.Iteration, () => observer.OnSearchFailed(failure));
    }

    /// <summary>After an accepted iteration whose point is not at hand: only its numbers are reported.</summary>
    public void Pass(LbfgsProgress progress)
    {
        _history.Add(progress);
        try
        {
            _progress?.Report(progress);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Failure(_progress!, progress.Iteration, e);
        }
    }

    /// <summary>Asks the callback, after all who listen, whether to go on; without one: yes.</summary>
    public LbfgsAction Ask(LbfgsProgress progress)
    {
        try
        {
            return _callback?.Invoke(progress) ?? LbfgsAction.Continue;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw CallbackFailure.Of($"{_options}.Callback", progress.Iteration, e);
        }
    }

    /// <summary>At the end: every observer of the start is called, even if another one throws.</summary>
    /// <param name="result">Null after an exception, which then is the one that the caller meets.</param>
    public void End(LbfgsResult? result)
    {
        Exception? first = null;
        foreach (LbfgsObserver observer in _observers.Take(_started))
        {
            try
            {
                observer.OnEnd(result);
            }
            catch (Exception e)
            {
                first ??= e is OperationCanceledException ? e : Failure(observer, result?.Iterations ?? 0, e);
            }
        }

        _started = 0;
        if (first is not null && result is not null)
            ExceptionDispatchInfo.Throw(first);
    }

    /// <inheritdoc/>
    public void Dispose() => Meter?.Dispose();

    private void Tell(object listener, int iteration, Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Failure(listener, iteration, e);
        }
    }

    private TfLbfgsException Failure(object listener, int iteration, Exception e)
    {
        string option = ReferenceEquals(listener, _progress)
            ? nameof(RunOptions.Progress) : ReferenceEquals(listener, _trials) ? nameof(RunOptions.Trials) : nameof(RunOptions.Observers);
        return CallbackFailure.Of($"{_options}.{option}, {listener.GetType().Name}", iteration, e);
    }
}
