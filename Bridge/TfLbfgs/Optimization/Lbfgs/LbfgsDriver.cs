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

    /// <summary>The first trial is the unit step, but at most so many times the last accepted one: where directions are too long for a while, each iteration would find that out anew.</summary>
    private const double GrowthOfFirstStep = 4;

    private readonly LbfgsOptions _options;
    private readonly Listeners _listeners;
    private readonly StoppingRules _rules;
    private readonly LbfgsKernel _kernel;
    private readonly LineSearch _search;
    private readonly double _epsilon;
    private DirectionStep? _direction;
    private Trial? _first;
    private Tensor? _formerGradient;
    private Trial? _point;
    private Trial? _best;
    private double _initialLoss;
    private int _evaluations;
    private int _iterations;
    private int _restarts;
    private int _failedSearches;
    private int _failsInRow;
    private int _floor;
    private int _unchanged;
    private double _shortStart = 1;
    private double _firstStep = 1;
    private bool _keepsMemory;

    /// <summary>Prepares a run; the kernel is borrowed, and its history forgotten.</summary>
    public LbfgsDriver(LbfgsKernel kernel, DType dtype, LbfgsOptions options, CancellationToken cancellation)
    {
        _options = options;
        _listeners = new Listeners(options);
        _rules = new StoppingRules(options, _listeners, cancellation);
        _kernel = kernel;
        _search = options.LineSearch ?? new CubicZoom();
        kernel.Direction.Clear();
        _epsilon = dtype == DType.Float32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);
    }

    /// <summary>The best point so far, also after an exception; null before the first evaluation.</summary>
    public Tensor? BestPosition => (_rules.Restored ?? _best)?.Position;

    private Trial Point => _point!;

    /// <summary>The decrease that a quadratic model predicts along the current direction.</summary>
    private double PredictedDecrease => -_direction!.Slope / 2;

    private double Band => NoiseInUlps * _epsilon * Math.Abs(Point.Value);

    /// <summary>Minimizes from a start.</summary>
    /// <param name="start">Shape [n]; borrowed.</param>
    public LbfgsResult Minimize(Tensor start)
    {
        _listeners.Start(start.Shape[0]);
        EvaluateStart(start);
        (StopReason reason, string message) = Stop() ?? Loop();
        return Result(reason, message);
    }

    /// <summary>Tells those who listen that the run is over.</summary>
    /// <param name="result">Null after an exception.</param>
    public void End(LbfgsResult? result) => _listeners.End(result);

    /// <inheritdoc/>
    public void Dispose()
    {
        _rules.Dispose();
        _direction?.Dispose();
        _first?.Dispose();
        _formerGradient?.Dispose();
        if (_point != _best)
            _point?.Dispose();
        _best?.Dispose();
    }

    private void EvaluateStart(Tensor start)
    {
        using Tensor zeros = RawOps.ZerosLike(start);
        _point = _kernel.Evaluate(start, zeros, zeros, 0);
        _best = _point;
        _initialLoss = Point.Value;
        Count(Point);
        _rules.Accept(Point, _iterations, _evaluations);
    }

    private (StopReason, string) Loop()
    {
        while (true)
        {
            if (Limit() is { } limit)
                return limit;
            bool fresh = !TryLearntDirection();
            if (fresh)
                TakeSteepestDescent();
            double firstStep = fresh ? Math.Min(1, 1 / Math.Sqrt(Point.GradientSquared)) * _shortStart : _firstStep;
            Line line = new(new LinePoint(0, Point.Value, _direction!.Slope), firstStep, Band, _options);
            using TrialKeeper trials = new(line, EvaluateTrial);
            Trial? trial = trials.Run(_search);
            if ((trials.IsAccepted ? Advance(trial!, fresh) : AfterFailure(trial, fresh, trials.IsInterrupted)) is { } end)
                return end;
        }
    }

    /// <summary>Learns the pair that waits, takes the direction that the memory gives and evaluates the first trial along it, in one call; false where there is no memory, or its direction does not descend.</summary>
    private bool TryLearntDirection()
    {
        if (!_keepsMemory)
            return false;
        (DirectionStep direction, Trial trial) = _formerGradient is null ? _kernel.Proceed(Point, _firstStep) : _kernel.Advance(Point, _formerGradient, _direction!, _firstStep);
        _direction?.Dispose();
        _direction = direction;
        _first = trial;
        if (IsDescent(direction))
        {
            Count(trial);
            return true;
        }

        // Evaluated in vain: it counts, and nothing stops for it.
        _evaluations++;
        _listeners.Trial(_evaluations, _iterations + 1, trial);
        _first = null;
        trial.Dispose();
        _keepsMemory = false;
        _restarts++;
        return false;
    }

    private void TakeSteepestDescent()
    {
        _kernel.Direction.Clear();
        _direction?.Dispose();
        _direction = null;
        _direction = new DirectionStep(RawOps.Neg(Point.Gradient), -Point.GradientSquared, Point.GradientSquared);
    }

    /// <summary>Moves to an accepted trial.</summary>
    private (StopReason, string)? Advance(Trial trial, bool fresh)
    {
        _shortStart = 1;
        _firstStep = fresh ? 1 : Math.Min(1, GrowthOfFirstStep * trial.Step);
        double decrease = Point.Value - trial.Value;
        if (decrease > Band)
            _failsInRow = 0;
        _floor = Math.Abs(decrease) <= Band && PredictedDecrease <= 10 * Band ? _floor + 1 : 0;
        _unchanged = decrease == 0 ? _unchanged + 1 : 0;
        MoveTo(trial, keepMemoryWithoutPair: true);
        if (Stop() is { } end)
            return end;
        if (trial.Moved == 0)
            return (StopReason.Stalled, Text($"Stalled: the step no longer changes the position; max |g| = {trial.GradientMax:G4}."));
        if (_floor >= FloorIterations)
            return (StopReason.WorkingPrecision, Text($"Reached working precision: {FloorIterations} iterations changed the loss by rounding only; max |g| = {trial.GradientMax:G4}."));
        if (_unchanged >= FloorIterations)
            return (StopReason.Stalled, Text($"Stalled: {FloorIterations} iterations left the loss at exactly {trial.Value:G6}, though the gradient predicts a decrease; max |g| = {trial.GradientMax:G4}."));
        return null;
    }

    /// <summary>After a search without an acceptable step: keeps what it gained, restarts from the steepest descent, or ends.</summary>
    private (StopReason, string)? AfterFailure(Trial? trial, bool fresh, bool isInterrupted)
    {
        double value = Point.Value;
        double band = Band;
        bool lower = trial is not null && trial.Value < value;
        if (lower)
            MoveTo(trial!, keepMemoryWithoutPair: false);
        else
            trial?.Dispose();
        if (isInterrupted)
            return Stop() ?? Limit();

        _failedSearches++;
        _failsInRow = Point.Value < value - 10 * band ? 0 : _failsInRow + 1;
        if (lower && Stop() is { } end)
            return end;
        if (!lower && !fresh && PredictedDecrease <= _epsilon * Math.Abs(value))
            return (StopReason.WorkingPrecision, Text($"Reached working precision: the predicted decrease {PredictedDecrease:G3} is below the rounding of the loss; max |g| = {Point.GradientMax:G4}."));
        if (_failsInRow > _options.MaxRestarts || (fresh && !lower && _failsInRow > 1))
            return (StopReason.Stalled, Text($"Stalled: {_failsInRow} line searches in a row found no lower loss; max |g| = {Point.GradientMax:G4}."));
        if (fresh && !lower)
            _shortStart *= 1e-3;
        _keepsMemory &= lower;
        if (!_keepsMemory)
            _restarts++;
        return null;
    }

    /// <summary>Takes a trial over as the current point and prepares the next direction.</summary>
    private void MoveTo(Trial trial, bool keepMemoryWithoutPair)
    {
        Trial former = Point;
        Trial formerBest = _best!;
        _point = trial;
        _best = trial.Value <= formerBest.Value ? trial : formerBest;
        PreparePair(former, trial, keepMemoryWithoutPair);
        if (former != _best)
            former.Dispose();
        if (formerBest != _best && formerBest != former)
            formerBest.Dispose();
        _iterations++;
        _rules.Accept(trial, _iterations, _evaluations);
    }

    /// <summary>Decides whether the pair of a step will be learnt: where its curvature allows. Learning it waits for the next direction, as both are one call.</summary>
    private void PreparePair(Trial former, Trial trial, bool keepMemoryWithoutPair)
    {
        _formerGradient?.Dispose();
        _formerGradient = null;
        double curvature = trial.Step * trial.DirectionDotChange;
        double lengths = Math.Sqrt(_direction!.LengthSquared) * trial.Step * Math.Sqrt(trial.ChangeSquared);
        bool hasPair = trial.Moved > 0 && curvature > CurvatureOfPairs * lengths;
        if (hasPair)
            _formerGradient = former.Gradient.Alias();
        _keepsMemory = hasPair || (keepMemoryWithoutPair && !_kernel.Direction.IsEmpty);
    }

    private Trial? EvaluateTrial(double step)
    {
        if (_first is { } first)
        {
            _first = null;
            return first;
        }

        if (!_rules.MayEvaluate(_evaluations))
            return null;
        Trial trial = _kernel.Evaluate(Point.Position, Point.Gradient, _direction!.Direction, step);
        try
        {
            Count(trial);
            return trial;
        }
        catch
        {
            trial.Dispose();
            throw;
        }
    }

    /// <summary>Counts a trial of the next iteration, and tells rules and listeners; the start belongs to iteration 0.</summary>
    private void Count(Trial trial)
    {
        _evaluations++;
        _rules.Evaluated(trial);
        _listeners.Trial(_evaluations, trial == _point ? 0 : _iterations + 1, trial);
    }

    private bool IsDescent(DirectionStep step) => double.IsFinite(step.Slope) && double.IsFinite(step.LengthSquared) && step.Slope < 0
        && Math.Abs(step.Slope) >= 1e-16 * Math.Sqrt(step.LengthSquared) * Math.Sqrt(Point.GradientSquared);

    /// <summary>Whether the current point is the end.</summary>
    private (StopReason, string)? Stop() => _rules.Verdict;

    private (StopReason, string)? Limit() => _rules.Limit(_iterations, _evaluations, Point.GradientMax);

    private LbfgsResult Result(StopReason reason, string message)
    {
        // A point that converged may lie above the lowest one by less than the rounding of the loss: it is the better one then.
        Trial end = reason == StopReason.Converged && Point.Value <= _best!.Value + Band ? Point : _best!;
        end = _rules.Restored ?? end;
        Tensor position = end.Position.Alias();
        Tensor gradient = end.Gradient.Alias();
        TensorScope.Register(position);
        TensorScope.Register(gradient);
        return new LbfgsResult
        {
            Position = position,
            Gradient = gradient,
            Loss = end.Value,
            InitialLoss = _initialLoss,
            GradientNorm = end.GradientMax,
            Reason = reason,
            Message = message + _rules.Remark(),
            Iterations = _iterations,
            Evaluations = _evaluations,
            Reads = _evaluations + (_rules.Validator?.Reads ?? 0),
            Restarts = _restarts,
            FailedSearches = _failedSearches,
            Seconds = _listeners.Seconds,
            History = _listeners.History,
            ValidationLoss = _rules.Validator?.Best is null ? null : _rules.Validator.BestLoss,
            ValidationIteration = _rules.Validator?.Best is null ? null : _rules.Validator.BestIteration,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
