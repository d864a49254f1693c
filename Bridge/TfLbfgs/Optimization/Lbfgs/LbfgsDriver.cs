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

    public LbfgsDriver(Objective objective, LbfgsOptions options, CancellationToken cancellation)
    {
        _options = options;
        _cancellation = cancellation;
        _evaluator = new Evaluator(objective, options.Execution);
        _memory = new CompactHistory(options.MemoryLength, objective.Count, objective.DType);
        _search = new CubicZoom(options.SufficientDecrease, options.Curvature, options.MaxLineSearchTrials);
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
                known?.Direction.Dispose();
                _memory.Clear();
                known = new DirectionStep(RawOps.Neg(Point.Gradient), -Point.GradientSquared, Point.GradientSquared);
            }

            SetDirection(known!.Direction);
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
        next = MoveTo(trial);
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
                next = MoveTo(trial!);
            else
                trial?.Dispose();
            return Stop() ?? Limit();
        }

        _failedSearches++;
        _failsInRow = lower && trial!.Value < Point.Value - 10 * Band ? 0 : _failsInRow + 1;
        double value = Point.Value;
        if (lower)
        {
            next = MoveTo(trial!);
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
        if (!lower || next is null)
        {
            next?.Direction.Dispose();
            next = null;
            _restarts++;
        }

        return null;
    }

    /// <summary>Takes a trial over as the current point, learns its pair where the curvature allows, and returns the next direction; null for the steepest descent.</summary>
    private DirectionStep? MoveTo(Trial trial)
    {
        Trial former = Point;
        double sy = trial.Step * trial.DirectionDotChange;
        double lengths = Math.Sqrt(_lengthSquared) * trial.Step * Math.Sqrt(trial.ChangeSquared);
        DirectionStep? next = null;
        bool wanted = trial.GradientMax > _options.GradientTolerance && _iterations + 1 < _options.MaxIterations;
        if (wanted && trial.Moved > 0 && sy > CurvatureOfPairs * lengths)
        {
            next = _memory.Next(former.Gradient, _direction!, trial);
            _directionReads++;
        }
        else if (wanted && !_memory.IsEmpty)
        {
            next = _memory.Next(trial.Gradient);
            _directionReads++;
        }

        _point = trial;
        if (former != _best)
            former.Dispose();
        if (trial.Value <= _best!.Value)
        {
            if (_best != former || former == _best)
                _best.Dispose();
            _best = trial;
        }

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
}
