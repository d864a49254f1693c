using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The managed loop: decisions on the host from packed scalars, vectors on the device. Reads are at most evaluations + accepted iterations, none of size n.
/// </summary>
internal sealed class LbfgsDriver : IDisposable
{
    private const double CurvatureOfPairs = 1e-10;
    private const double NoiseInUlps = 4;
    private const int FloorIterations = 10;

    private readonly LbfgsOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly Evaluator _evaluator;
    private readonly IDirection _memory;
    private readonly ILineSearch _search;
    private readonly List<LbfgsProgress> _history = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _epsilon;
    private Tensor? _direction;
    private Trial? _point;
    private Trial? _best;
    private double _initialLoss;
    private int _evaluations;
    private int _iterations;
    private int _directionReads;
    private int _restarts;
    private int _failedSearches;
    private int _failsInRow;
    private int _floor;
    private double _shortStart = 1;
    private double _directionSquared;
    private bool _targetReached;

    /// <summary>Prepares a run; takes over the direction.</summary>
    public LbfgsDriver(Objective objective, LbfgsOptions options, IDirection direction, ILineSearch search, CancellationToken cancellation)
    {
        _options = options;
        _cancellation = cancellation;
        _evaluator = new Evaluator(objective, options.Execution);
        _memory = direction;
        _search = search;
        _epsilon = objective.DType == DType.Float32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);
    }

    private Trial Point => _point!;

    private double Band => NoiseInUlps * _epsilon * Math.Abs(Point.Value);

    /// <summary>Minimizes from a start.</summary>
    /// <param name="start">Shape [n]; borrowed.</param>
    public LbfgsResult Minimize(Tensor start)
    {
        EvaluateStart(start);
        (StopReason reason, string message) = Stop() ?? Loop();
        return Result(reason, message);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _direction?.Dispose();
        if (_point != _best)
            _point?.Dispose();
        _best?.Dispose();
        _evaluator.Dispose();
        _memory.Dispose();
    }

    private void EvaluateStart(Tensor start)
    {
        using Tensor zeros = RawOps.ZerosLike(start);
        _point = _evaluator.Evaluate(start, zeros, zeros, 0);
        _best = _point;
        _evaluations = 1;
        _initialLoss = Point.Value;
        Report(0);
    }

    private (StopReason, string) Loop()
    {
        DirectionStep? known = null;
        while (true)
        {
            if (Limit() is { } limit)
            {
                known?.Direction.Dispose();
                return limit;
            }

            bool fresh = known is null || !IsDescent(known);
            if (fresh)
            {
                if (known is not null)
                    _restarts++;
                known?.Direction.Dispose();
                _memory.Clear();
                known = new DirectionStep(RawOps.Neg(Point.Gradient), -Point.GradientSquared, Point.GradientSquared);
            }

            _direction?.Dispose();
            _direction = known!.Direction;
            _directionSquared = known.LengthSquared;
            double slope = known.Slope;
            known = null;
            double firstStep = fresh ? Math.Min(1, 1 / Math.Sqrt(Point.GradientSquared)) * _shortStart : 1;
            LinePoint origin = new(0, Point.Value, slope);
            LineSearchResult found = _search.Search(origin, firstStep, Band, EvaluateTrial);
            if (found.Accepted)
            {
                if (Advance(found.Trial!, slope, out known) is { } end)
                {
                    known?.Direction.Dispose();
                    return end;
                }
            }
            else if (AfterFailure(found, slope, fresh, out known) is { } end)
            {
                known?.Direction.Dispose();
                return end;
            }
        }
    }

    /// <summary>Moves to an accepted trial.</summary>
    private (StopReason, string)? Advance(Trial trial, double slope, out DirectionStep? next)
    {
        _shortStart = 1;
        double decrease = Point.Value - trial.Value;
        if (decrease > Band)
            _failsInRow = 0;
        _floor = Math.Abs(decrease) <= Band && -slope / 2 <= 10 * Band ? _floor + 1 : 0;
        next = MoveTo(trial, keepMemoryWithoutPair: true);
        if (Stop() is { } end)
            return end;
        if (trial.Moved == 0)
            return (StopReason.Stalled, Text($"Stalled: the step no longer changes the position; max |g| = {trial.GradientMax:G4}."));
        if (_floor >= FloorIterations)
            return (StopReason.WorkingPrecision, Text($"Reached working precision: {FloorIterations} iterations changed the loss by rounding only; max |g| = {trial.GradientMax:G4}."));
        return null;
    }

    /// <summary>After a search without an acceptable step: keeps what it gained, restarts from the steepest descent, or ends.</summary>
    private (StopReason, string)? AfterFailure(LineSearchResult found, double slope, bool fresh, out DirectionStep? next)
    {
        next = null;
        Trial? trial = found.Trial;
        bool lower = trial is not null && trial.Value < Point.Value;
        if (found.Interrupted)
        {
            if (lower)
                next = MoveTo(trial!, keepMemoryWithoutPair: false);
            else
                trial?.Dispose();
            return Stop() ?? Limit();
        }

        _failedSearches++;
        _failsInRow = lower && trial!.Value < Point.Value - 10 * Band ? 0 : _failsInRow + 1;
        double value = Point.Value;
        if (lower)
        {
            next = MoveTo(trial!, keepMemoryWithoutPair: false);
            if (Stop() is { } end)
                return end;
        }
        else
        {
            trial?.Dispose();
            if (!fresh && -slope / 2 <= _epsilon * Math.Abs(value))
                return (StopReason.WorkingPrecision, Text($"Reached working precision: the predicted decrease {-slope / 2:G3} is below the rounding of the loss; max |g| = {Point.GradientMax:G4}."));
        }

        if (_failsInRow > _options.MaxRestarts || (fresh && !lower && _failsInRow > 1))
            return (StopReason.Stalled, Text($"Stalled: {_failsInRow} line searches in a row found no lower loss; max |g| = {Point.GradientMax:G4}."));
        if (fresh && !lower)
            _shortStart *= 1e-3;
        if (next is null)
            _restarts++;

        return null;
    }

    /// <summary>
    /// Takes a trial over as the current point, learns its pair where the curvature allows, and returns the next direction; null for the steepest descent.
    /// </summary>
    private DirectionStep? MoveTo(Trial trial, bool keepMemoryWithoutPair)
    {
        Trial former = Point;
        double curvature = trial.Step * trial.DirectionDotChange;
        double lengths = Math.Sqrt(_directionSquared) * trial.Step * Math.Sqrt(trial.ChangeSquared);
        DirectionStep? next = null;
        bool wanted = trial.GradientMax > _options.GradientTolerance && _iterations + 1 < _options.MaxIterations;
        if (wanted && trial.Moved > 0 && curvature > CurvatureOfPairs * lengths)
        {
            next = _memory.Next(former.Gradient, _direction!, trial);
            _directionReads++;
        }
        else if (wanted && keepMemoryWithoutPair && !_memory.IsEmpty)
        {
            next = _memory.Next(trial.Gradient);
            _directionReads++;
        }

        Trial formerBest = _best!;
        _point = trial;
        _best = trial.Value <= formerBest.Value ? trial : formerBest;
        if (former != _best)
            former.Dispose();
        if (formerBest != _best && formerBest != former)
            formerBest.Dispose();
        _iterations++;
        Report(trial.Step);
        return next;
    }

    private Trial? EvaluateTrial(double step)
    {
        if (_cancellation.IsCancellationRequested || _evaluations >= _options.MaxEvaluations || _targetReached)
            return null;
        Trial trial = _evaluator.Evaluate(Point.Position, Point.Gradient, _direction!, step);
        _evaluations++;
        _targetReached = trial.IsFinite && trial.Value <= _options.TargetLoss;
        return trial;
    }

    private bool IsDescent(DirectionStep step) => double.IsFinite(step.Slope) && double.IsFinite(step.LengthSquared) && step.Slope < 0
        && Math.Abs(step.Slope) >= 1e-16 * Math.Sqrt(step.LengthSquared) * Math.Sqrt(Point.GradientSquared);

    /// <summary>Whether the current point is the end.</summary>
    private (StopReason, string)? Stop()
    {
        if (!Point.IsFinite)
            return (StopReason.BadStart, Text($"Bad start: loss {Point.Value}, max |g| {Point.GradientMax}; expected finite numbers. Start elsewhere, or look for a division by zero or a logarithm of zero in the loss."));
        if (Point.Value <= _options.TargetLoss)
            return (StopReason.TargetReached, Text($"Reached the target: loss {Point.Value:G6} <= {_options.TargetLoss:G6}."));
        if (Point.GradientMax <= _options.GradientTolerance)
            return (StopReason.Converged, Text($"Converged: max |g| = {Point.GradientMax:G4} <= {_options.GradientTolerance:G4}."));
        return null;
    }

    private (StopReason, string)? Limit()
    {
        if (_cancellation.IsCancellationRequested)
            return (StopReason.Cancelled, Text($"Cancelled; max |g| = {Point.GradientMax:G4}."));
        if (_iterations >= _options.MaxIterations)
            return (StopReason.IterationLimit, Text($"Reached the limit of {_options.MaxIterations} iterations; max |g| = {Point.GradientMax:G4}."));
        if (_evaluations >= _options.MaxEvaluations)
            return (StopReason.EvaluationLimit, Text($"Reached the limit of {_options.MaxEvaluations} evaluations; max |g| = {Point.GradientMax:G4}."));
        return null;
    }

    private void Report(double step)
    {
        LbfgsProgress progress = new(_iterations, _evaluations, Point.Value, Point.GradientMax, step, _clock.Elapsed.TotalSeconds);
        _history.Add(progress);
        _options.Progress?.Report(progress);
    }

    private LbfgsResult Result(StopReason reason, string message)
    {
        Tensor position = _best!.Position.Alias();
        Tensor gradient = _best.Gradient.Alias();
        TensorScope.Register(position);
        TensorScope.Register(gradient);
        return new LbfgsResult
        {
            Position = position,
            Gradient = gradient,
            Loss = _best.Value,
            InitialLoss = _initialLoss,
            GradientNorm = _best.GradientMax,
            Reason = reason,
            Message = message,
            Iterations = _iterations,
            Evaluations = _evaluations,
            Reads = _evaluator.Reads + _directionReads,
            Restarts = _restarts,
            FailedSearches = _failedSearches,
            Seconds = _clock.Elapsed.TotalSeconds,
            History = _history,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
