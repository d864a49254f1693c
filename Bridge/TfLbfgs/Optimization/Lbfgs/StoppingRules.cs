using TfLbfgs.Tensors;
using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// Decides when a minimization ends, from numbers that the driver already has: the driver reports evaluations and accepted points, and
/// asks. All rules hold together; the first that is met names the reason.
/// </summary>
internal sealed class StoppingRules : IDisposable
{
    private readonly LbfgsOptions _options;
    private readonly LbfgsState _state;
    private readonly Listeners _listeners;
    private readonly Validator? _validator;
    private readonly TermMeter _terms;
    private readonly Func<StoppingMoment, StoppingVerdict?> _wanted;
    private readonly Func<StoppingMoment, StoppingVerdict?>? _changes;
    private readonly Func<StoppingMoment, StoppingVerdict?>? _own;
    private LbfgsProgress? _last;
    private StoppingVerdict? _ownVerdict;
    private bool _targetReached;
    private int _notFinite;

    /// <summary>Makes the rules of a run; what they count is counted anew from the history of a run that goes on.</summary>
    public StoppingRules(LbfgsOptions options, Listeners listeners, LbfgsState state, Objective? objective = null)
    {
        _terms = new TermMeter(objective, options.Execution, state.Tally);
        _options = options;
        _state = state;
        _listeners = listeners;
        _validator = options.Validation is null ? null : new Validator(options.Validation, options.Execution, state);
        _wanted = Wanted(options).Begin();
        _changes = Changes(options)?.Begin();
        _own = options.StopWhen?.Begin();
        foreach (LbfgsProgress progress in state.Course)
        {
            _last = progress;
            StoppingMoment moment = new(progress, true, progress.Evaluations, 0);
            _changes?.Invoke(moment);
            Ask(moment);
        }
    }

    /// <summary>Why the last accepted point is the end; null: it is not.</summary>
    public (StopReason Reason, string Message)? Verdict { get; private set; }

    /// <summary>The point to return in place of the lowest one; null: none.</summary>
    public Trial? Restored => _options.Validation is { RestoreBest: true } ? _state.Validated : null;

    /// <summary>Ends the run within one evaluation.</summary>
    public CancellationToken Cancellation { get; set; }

    private bool IsTimeOver => _options.MaxTime is { } limit && _listeners.Elapsed >= limit;

    /// <summary>Takes the result of an evaluation.</summary>
    public void Evaluated(Trial trial)
    {
        _targetReached = trial.IsFinite && trial.Value <= _options.TargetLoss;
        _notFinite = trial.IsFinite ? 0 : _notFinite + 1;
    }

    /// <summary>Whether a line search may evaluate once more.</summary>
    public bool MayEvaluate(int evaluations) =>
        !_targetReached && evaluations < _options.MaxEvaluations && !Cancellation.IsCancellationRequested && !IsTimeOver
            && Own(evaluations) is null;

    /// <summary>
    /// Takes the start or an accepted point: measures the validation loss when it is time, notifies the observers, and judges.
    /// </summary>
    /// <param name="point">The point.</param>
    /// <param name="iteration">Accepted iterations.</param>
    /// <param name="evaluations">Evaluations so far.</param>
    /// <param name="former">The position before the step, shape [n], borrowed; null for the start.</param>
    /// <param name="curvatures">The pairs in memory.</param>
    public void Accept(Trial point, int iteration, int evaluations, Tensor? former = null, Curvatures? curvatures = null)
    {
        LbfgsProgress progress = new(iteration, evaluations, point.Value, point.GradientMax, point.Step, _listeners.Seconds)
        {
            GradientLength = Math.Sqrt(point.GradientSquared),
            Moved = point.Moved,
            ValidationLoss = _validator?.Measure(iteration, point),
            Terms = _terms.Measure(point.Position),
            WorkerSeconds = _state.Tally.WorkerSecondsOrNaN,
            NetworkSeconds = _state.Tally.NetworkSecondsOrNaN,
        };
        _last = progress;
        _listeners.Iteration(progress, point.Position, point.Gradient, former, curvatures);
        StoppingMoment moment = new(progress, true, evaluations, _listeners.Elapsed.TotalSeconds);
        StoppingVerdict? wanted = _wanted(moment);
        StoppingVerdict? change = _changes?.Invoke(moment);
        LbfgsAction action = _listeners.Ask(progress);
        _ownVerdict = Ask(moment);
        Verdict = BadStart(point)
            ?? Said(action == LbfgsAction.Abort, StopReason.Aborted, progress)
            ?? Sentence(wanted)
            ?? Said(action == LbfgsAction.Stop, StopReason.Stopped, progress)
            ?? Sentence(change)
            ?? Validated(progress)
            ?? Sentence(_ownVerdict);
    }

    /// <summary>Takes an accepted point that is over: it is reported and counts for patience, and ends nothing.</summary>
    public void Pass(LbfgsProgress progress)
    {
        _listeners.Pass(progress);
        _last = progress;
        StoppingMoment moment = new(progress, true, progress.Evaluations, _listeners.Elapsed.TotalSeconds);
        _changes?.Invoke(moment);
        Ask(moment);
    }

    /// <summary>Whether a point is the end by itself, without what led there.</summary>
    public (StopReason Reason, string Message)? Judge(Trial point, LbfgsProgress progress) =>
        BadStart(point) ?? Sentence(_wanted(new StoppingMoment(progress, false, progress.Evaluations, 0)));

    /// <summary>Whether a limit forbids to go on.</summary>
    public (StopReason Reason, string Message)? Limit(int iterations, int evaluations, double gradientNorm)
    {
        if (RunLimits.Reached(_options, iterations, evaluations, _listeners.Elapsed, Cancellation) is { } reason)
            return (reason, RunLimits.Sentence(reason, _options, iterations, _listeners.Seconds, gradientNorm));
        return Sentence(Own(evaluations));
    }

    /// <summary>What else the message of a result must say.</summary>
    public string Remark()
    {
        string notFinite = _notFinite > 0 && _listeners.History.Count > 0 && double.IsFinite(_listeners.History[^1].Loss)
            ? Invariant($" The last {_notFinite} evaluations gave a loss or gradient that is not finite; the result is the best point before.") : "";
        string restored = Restored is not null ? Invariant($" The result is the point of iteration {_state.ValidationIteration}, where the validation loss was lowest: {_state.ValidationLoss:G6}.") : "";
        return notFinite + restored;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _validator?.Dispose();
        _terms.Dispose();
    }

    /// <summary>The rules about a point that the options name.</summary>
    public static StoppingRule Wanted(RunOptions options)
    {
        StoppingRule gradient = StoppingRule.Gradient(options.GradientTolerance);
        return options.TargetLoss is { } target ? StoppingRule.Target(target) | gradient : gradient;
    }

    /// <summary>The rules about the change in an iteration that the options name; null: none.</summary>
    public static StoppingRule? Changes(RunOptions options)
    {
        LbfgsOptions? single = options as LbfgsOptions;
        int window = single?.LossWindow ?? 1;
        StoppingRule? rule = options.PositionTolerance > 0 ? StoppingRule.Position(options.PositionTolerance) : null;
        if (options.AbsoluteLossTolerance > 0)
            rule = Either(rule, StoppingRule.AbsoluteLoss(options.AbsoluteLossTolerance, window));
        if (options.RelativeLossTolerance > 0)
            rule = Either(rule, StoppingRule.RelativeLoss(options.RelativeLossTolerance, window));
        return single?.Patience is { } patience ? Either(rule, StoppingRule.Patience(patience, single.MinimumImprovement)) : rule;
    }

    private static StoppingRule Either(StoppingRule? first, StoppingRule second) => first is null ? second : first | second;

    private (StopReason, string)? Sentence(StoppingVerdict? verdict) =>
        verdict is null ? null : (verdict.Reason, verdict.Sentence(_last!.GradientNorm));

    /// <summary>
    /// The caller's rule before an evaluation. Once it holds it stays so until another point is accepted, so that what ended a search ends
    /// the run.
    /// </summary>
    private StoppingVerdict? Own(int evaluations) =>
        _own is null || _last is null ? null
            : _ownVerdict ??= Ask(new StoppingMoment(_last, false, evaluations, _listeners.Elapsed.TotalSeconds));

    private StoppingVerdict? Ask(StoppingMoment moment)
    {
        try
        {
            return _own?.Invoke(moment);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw CallbackFailure.Of("LbfgsOptions.StopWhen", moment.Progress.Iteration, e);
        }
    }

    private (StopReason, string)? Said(bool so, StopReason reason, LbfgsProgress progress) =>
        so ? (reason, RunLimits.Sentence(reason, _options, progress.Iteration, progress.Seconds, progress.GradientNorm)) : null;

    private (StopReason, string)? BadStart(Trial point)
    {
        if (point.IsFinite)
            return null;
        IReadOnlyList<VariableShare> shares = _listeners.Meter?.NotFinite(point.Gradient) ?? [];
        return Ends.BadStart(point.Value, point.GradientMax, shares.Any(share => share.NotFinite > 0)
            ? $" {SearchDiagnosis.NotFinite(shares)};" : "");
    }

    private (StopReason, string)? Validated(LbfgsProgress progress)
    {
        if (progress.ValidationLoss is null || !(_state.ValidationPatience.Waited >= _options.Validation?.Patience))
            return null;
        return (StopReason.NoImprovement, Invariant(
            $"No improvement: {_state.ValidationPatience.Waited} measurements in a row did not bring the validation loss more than {_options.Validation.MinimumImprovement:G4} below {_state.ValidationPatience.Best:G6}."));
    }
}
