using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>
/// Decides when a minimization ends, from numbers that the driver has anyhow: the driver tells of evaluations and accepted points, and asks. All rules hold together; the first that is met names the reason.
/// </summary>
internal sealed class StoppingRules : IDisposable
{
    private readonly LbfgsOptions _options;
    private readonly LbfgsState _state;
    private readonly Listeners _listeners;
    private readonly Validator? _validator;
    private bool _targetReached;
    private int _notFinite;

    public StoppingRules(LbfgsOptions options, Listeners listeners, LbfgsState state)
    {
        _options = options;
        _listeners = listeners;
        _state = state;
        _validator = options.Validation is null ? null : new Validator(options.Validation, options.Execution, state);
    }

    /// <summary>Why the last accepted point is the end; null: it is not.</summary>
    public (StopReason Reason, string Message)? Verdict { get; private set; }

    /// <summary>The point to return in the place of the lowest one; null: none.</summary>
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
    public bool MayEvaluate(int evaluations) => !_targetReached && evaluations < _options.MaxEvaluations && !Cancellation.IsCancellationRequested && !IsTimeOver;

    /// <summary>Takes the start or an accepted point: measures the validation loss when it is time, tells those who listen, and judges.</summary>
    public void Accept(Trial point, int iteration, int evaluations)
    {
        LbfgsProgress progress = new(iteration, evaluations, point.Value, point.GradientMax, point.Step, _listeners.Seconds)
        {
            GradientLength = Math.Sqrt(point.GradientSquared),
            ValidationLoss = _validator?.Measure(iteration, point),
        };
        _listeners.Iteration(progress, point.Position);
        _state.Patience.Add(point.Value, _options.MinimumImprovement);
        LbfgsAction action = _listeners.Ask(progress);
        Verdict = JudgePoint(point, progress, action) ?? (iteration == 0 ? null : JudgeChange(point)) ?? JudgePatience(progress);
    }

    /// <summary>Takes an accepted point that is over: it is heard of and counts for patience, and ends nothing.</summary>
    public void Pass(LbfgsProgress progress)
    {
        _listeners.Pass(progress);
        _state.Patience.Add(progress.Loss, _options.MinimumImprovement);
    }

    /// <summary>Whether a point is the end by itself, without what led there.</summary>
    public (StopReason Reason, string Message)? Judge(Trial point, LbfgsProgress progress) => JudgePoint(point, progress, LbfgsAction.Continue);

    /// <summary>Whether a limit forbids to go on.</summary>
    public (StopReason Reason, string Message)? Limit(int iterations, int evaluations, double gradientNorm)
    {
        if (Cancellation.IsCancellationRequested)
            return (StopReason.Cancelled, Text($"Cancelled; max |g| = {gradientNorm:G4}."));
        if (iterations >= _options.MaxIterations)
            return (StopReason.IterationLimit, Text($"Reached the limit of {_options.MaxIterations} iterations; max |g| = {gradientNorm:G4}."));
        if (evaluations >= _options.MaxEvaluations)
            return (StopReason.EvaluationLimit, Text($"Reached the limit of {_options.MaxEvaluations} evaluations; max |g| = {gradientNorm:G4}."));
        if (IsTimeOver)
            return (StopReason.TimeLimit, Text($"Reached the time limit of {_options.MaxTime!.Value.TotalSeconds:G4} s after {_listeners.Seconds:F2} s; max |g| = {gradientNorm:G4}."));
        return null;
    }

    /// <summary>What else the message of a result must say.</summary>
    public string Remark()
    {
        string notFinite = _notFinite > 0 && _listeners.History.Count > 0 && double.IsFinite(_listeners.History[^1].Loss)
            ? Text($" The last {_notFinite} evaluations gave a loss or gradient that is not finite; the result is the best point before.") : "";
        string restored = Restored is not null ? Text($" The result is the point of iteration {_state.ValidationIteration}, where the validation loss was lowest: {_state.ValidationLoss:G6}.") : "";
        return notFinite + restored;
    }

    /// <inheritdoc/>
    public void Dispose() => _validator?.Dispose();

    private (StopReason, string)? JudgePoint(Trial point, LbfgsProgress progress, LbfgsAction action)
    {
        if (!point.IsFinite && double.IsFinite(point.Value) && double.IsFinite(point.GradientMax))
            return (StopReason.BadStart, Text($"Bad start: max |g| = {point.GradientMax:G4} is so large that its square overflows; nothing was changed. Divide the loss by a constant, or start elsewhere."));
        if (!point.IsFinite)
            return (StopReason.BadStart, Text($"Bad start: loss {point.Value}, max |g| {point.GradientMax}; expected finite numbers; nothing was changed. Start elsewhere, or look for a division by zero or a logarithm of zero in the loss."));
        if (action == LbfgsAction.Abort)
            return (StopReason.Aborted, Text($"Aborted by the callback at iteration {progress.Iteration}; max |g| = {point.GradientMax:G4}."));
        if (point.Value <= _options.TargetLoss)
            return (StopReason.TargetReached, Text($"Reached the target: loss {point.Value:G6} <= {_options.TargetLoss:G6}."));
        if (point.GradientMax <= _options.GradientTolerance)
            return (StopReason.Converged, Text($"Converged: max |g| = {point.GradientMax:G4} <= {_options.GradientTolerance:G4}."));
        if (action == LbfgsAction.Stop)
            return (StopReason.Stopped, Text($"Stopped by the callback at iteration {progress.Iteration}; max |g| = {point.GradientMax:G4}."));
        return null;
    }

    private (StopReason, string)? JudgeChange(Trial point)
    {
        if (_options.PositionTolerance > 0 && point.Moved <= _options.PositionTolerance)
            return (StopReason.PositionTolerance, Text($"The position changed by {point.Moved:G4} <= {_options.PositionTolerance:G4} in an iteration; max |g| = {point.GradientMax:G4}."));
        IReadOnlyList<LbfgsProgress> history = _listeners.History;
        int window = _options.LossWindow;
        if (history.Count <= window)
            return null;
        double before = history[^(1 + window)].Loss;
        double change = Math.Abs(point.Value - before);
        string iterations = window == 1 ? "an iteration" : Text($"{window} iterations");
        if (_options.AbsoluteLossTolerance > 0 && change <= _options.AbsoluteLossTolerance)
            return (StopReason.LossTolerance, Text($"The loss changed by {change:G4} <= {_options.AbsoluteLossTolerance:G4} in {iterations}; max |g| = {point.GradientMax:G4}."));
        if (_options.RelativeLossTolerance > 0 && change <= _options.RelativeLossTolerance * Math.Abs(before))
            return (StopReason.LossTolerance, Text($"The loss changed by {change:G4} <= {_options.RelativeLossTolerance:G4} |{before:G6}| in {iterations}; max |g| = {point.GradientMax:G4}."));
        return null;
    }

    private (StopReason, string)? JudgePatience(LbfgsProgress progress)
    {
        if (_state.Patience.Waited >= _options.Patience)
            return (StopReason.NoImprovement, Text($"No improvement: {_state.Patience.Waited} iterations in a row did not bring the loss more than {_options.MinimumImprovement:G4} below {_state.Patience.Best:G6}."));
        if (progress.ValidationLoss is not null && _state.ValidationPatience.Waited >= _options.Validation?.Patience)
        {
            return (StopReason.NoImprovement, Text(
                $"No improvement: {_state.ValidationPatience.Waited} measurements in a row did not bring the validation loss more than {_options.Validation.MinimumImprovement:G4} below {_state.ValidationPatience.Best:G6}."));
        }

        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
