using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The managed loop: decisions on the host from packed scalars, vectors on the device. Reads are at most evaluations + accepted iterations, none of size n. All that outlives a step is in the <see cref="LbfgsState"/>.
/// </summary>
internal sealed class LbfgsDriver : IDisposable
{
    private const double CurvatureOfPairs = 1e-10;
    private const double NoiseInUlps = 4;
    private const int FloorIterations = 10;

    /// <summary>The first trial is the unit step, but at most so many times the last accepted one: where directions are too long for a while, each iteration would find that out anew.</summary>
    private const double GrowthOfFirstStep = 4;

    private readonly LbfgsState _state;
    private readonly Listeners _listeners;
    private readonly StoppingRules _rules;
    private readonly LbfgsKernel _kernel;
    private readonly LineSearch _search;
    private readonly double _epsilon;
    private Trial? _first;
    private bool _isHeard;

    /// <summary>Prepares a run, or its continuation; kernel and state are borrowed.</summary>
    public LbfgsDriver(LbfgsKernel kernel, LbfgsState state, LbfgsOptions options)
    {
        Options = options;
        _state = state;
        _listeners = new Listeners(options, state.Course, state.Seconds);
        _rules = new StoppingRules(options, _listeners, state);
        _kernel = kernel;
        _search = options.LineSearch ?? new CubicZoom();
        _epsilon = state.Identity.DType == DType.Float32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);
    }

    /// <summary>The options of the run.</summary>
    public LbfgsOptions Options { get; }

    /// <summary>The kernel of the run.</summary>
    public LbfgsKernel Kernel => _kernel;

    /// <summary>The best point so far, also after an exception; null before the first evaluation.</summary>
    public Tensor? BestPosition => (_rules.Restored ?? _state.Best)?.Position;

    private Trial Point => _state.Point;

    /// <summary>The decrease that a quadratic model predicts along the current direction.</summary>
    private double PredictedDecrease => -_state.Direction!.Slope / 2;

    private double Band => NoiseInUlps * _epsilon * Math.Abs(Point.Value);

    /// <summary>Evaluates the start.</summary>
    /// <param name="start">Shape [n]; borrowed.</param>
    /// <param name="cancellation">Not asked before the start is evaluated.</param>
    public void Begin(Tensor start, CancellationToken cancellation)
    {
        _rules.Cancellation = cancellation;
        Start();
        using Tensor zeros = RawOps.ZerosLike(start);
        _kernel.Attach(_state);
        _kernel.Scale(start, Options.BlockScaling, probe =>
        {
            _state.Evaluations++;
            _listeners.Trial(_state.Evaluations, 0, probe);
        });
        _state.Current = _kernel.Evaluate(start, zeros, zeros, 0);
        _state.Best = Point;
        _state.InitialLoss = Point.Value;
        Count(Point);
        _rules.Accept(Point, 0, _state.Evaluations);
        _state.End = _rules.Verdict;
        _state.Seconds = _listeners.Seconds;
    }

    /// <summary>Makes one accepted iteration, with as many searches as it takes.</summary>
    /// <returns>Whether the run goes on.</returns>
    public bool Step(CancellationToken cancellation)
    {
        _rules.Cancellation = cancellation;
        if (!_isHeard)
            Continue();
        if (_state.End is { Reason: StopReason.IterationLimit or StopReason.EvaluationLimit or StopReason.TimeLimit or StopReason.Cancelled })
            _state.End = null;
        if (_state.End is not null)
            return false;
        _kernel.Attach(_state);
        int before = _state.Iterations;
        while (_state.Iterations == before && _state.End is null)
            _state.End = Limit() ?? Search();
        _state.Seconds = _listeners.Seconds;
        return _state.End is null;
    }

    /// <summary>Tells those who listen that the run is over.</summary>
    /// <param name="result">Null after an exception.</param>
    public void End(LbfgsResult? result)
    {
        _isHeard = false;
        _listeners.End(result);
    }

    /// <summary>The result so far; the state stays as it is.</summary>
    public LbfgsResult Result()
    {
        (StopReason reason, string message) = _state.End ?? (StopReason.Stopped, FormattableString.Invariant($"Ended by the caller after {_state.Iterations} iterations; max |g| = {Point.GradientMax:G4}."));
        // A point that converged may lie above the lowest one by less than the rounding of the loss: it is the better one then.
        Trial end = reason == StopReason.Converged && Point.Value <= _state.Best!.Value + Band ? Point : _state.Best!;
        end = _rules.Restored ?? end;
        Tensor position = end.Position.Alias();
        Tensor gradient = end.Gradient.Alias();
        TensorScope.Register(position);
        TensorScope.Register(gradient);
        bool hasValidation = Options.Validation is not null && _state.Validated is not null;
        return new LbfgsResult
        {
            Position = position,
            Gradient = gradient,
            Loss = end.Value,
            InitialLoss = _state.InitialLoss,
            GradientNorm = end.GradientMax,
            Reason = reason,
            Message = message + _rules.Remark(),
            Iterations = _state.Iterations,
            Evaluations = _state.Evaluations,
            Reads = _state.Evaluations + _state.ValidationReads,
            Restarts = _state.Restarts,
            FailedSearches = _state.FailedSearches,
            Seconds = _state.Seconds,
            History = [.. _state.Course],
            ValidationLoss = hasValidation ? _state.ValidationLoss : null,
            ValidationIteration = hasValidation ? _state.ValidationIteration : null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rules.Dispose();
        _first?.Dispose();
        _first = null;
    }

    /// <summary>Tells those who listen that a run begins.</summary>
    private void Start()
    {
        _isHeard = true;
        _listeners.Start(_state.Identity.Count);
    }

    /// <summary>Goes on with a state that another run left: an end that the options no longer ask for is none.</summary>
    private void Continue()
    {
        Start();
        if (_state.End is not null and not { Reason: StopReason.Stalled or StopReason.WorkingPrecision or StopReason.BadStart or StopReason.LineSearchFailed })
            _state.End = _rules.Judge(Point, _state.Course[^1]);
    }

    /// <summary>One direction and one search along it.</summary>
    private (StopReason, string)? Search()
    {
        bool fresh = !TryLearntDirection();
        if (fresh)
            TakeSteepestDescent();
        double firstStep = fresh ? Math.Min(1, 1 / Math.Sqrt(Point.GradientSquared)) * _state.ShortStart : _state.FirstStep;
        Line line = new(new LinePoint(0, Point.Value, _state.Direction!.Slope), firstStep, Band, Options);
        using TrialKeeper trials = new(line, EvaluateTrial);
        Trial? trial = trials.Run(_search);
        return trials.IsAccepted ? Advance(trial!, fresh) : AfterFailure(trial, fresh, trials.IsInterrupted);
    }

    /// <summary>Learns the pair that waits, takes the direction that the memory gives and evaluates the first trial along it, in one call; false where there is no memory, or its direction does not descend.</summary>
    private bool TryLearntDirection()
    {
        if (!_state.KeepsMemory)
            return false;
        (DirectionStep direction, Trial trial) = _state.FormerGradient is null
            ? _kernel.Proceed(Point, _state.FirstStep)
            : _kernel.Advance(Point, _state.FormerGradient, _state.Direction!, _state.FirstStep);
        // Learnt: another search from this point must not learn it again.
        _state.FormerGradient?.Dispose();
        _state.FormerGradient = null;
        _state.Direction?.Dispose();
        _state.Direction = direction;
        _first?.Dispose();
        _first = trial;
        if (IsDescent(direction))
        {
            Count(trial);
            return true;
        }

        // Evaluated in vain: it counts, and nothing stops for it.
        _state.Evaluations++;
        _listeners.Trial(_state.Evaluations, _state.Iterations + 1, trial);
        _first = null;
        trial.Dispose();
        _state.KeepsMemory = false;
        _state.Restarts++;
        return false;
    }

    private void TakeSteepestDescent()
    {
        _kernel.Direction.Clear();
        _state.FormerGradient?.Dispose();
        _state.FormerGradient = null;
        _state.Direction?.Dispose();
        _state.Direction = null;
        _state.Direction = _kernel.SteepestDescent(Point);
    }

    /// <summary>Moves to an accepted trial.</summary>
    private (StopReason, string)? Advance(Trial trial, bool fresh)
    {
        _state.ShortStart = 1;
        _state.FirstStep = fresh ? 1 : Math.Min(1, GrowthOfFirstStep * trial.Step);
        double decrease = Point.Value - trial.Value;
        if (decrease > Band)
            _state.FailsInRow = 0;
        _state.Floor = Math.Abs(decrease) <= Band && PredictedDecrease <= 10 * Band ? _state.Floor + 1 : 0;
        _state.Unchanged = decrease == 0 ? _state.Unchanged + 1 : 0;
        MoveTo(trial, keepMemoryWithoutPair: true);
        if (_rules.Verdict is { } end)
            return end;
        if (trial.Moved == 0)
            return (StopReason.Stalled, FormattableString.Invariant($"Stalled: the step no longer changes the position; max |g| = {trial.GradientMax:G4}."));
        if (_state.Floor >= FloorIterations)
            return (StopReason.WorkingPrecision, FormattableString.Invariant($"Reached working precision: {FloorIterations} iterations changed the loss by rounding only; max |g| = {trial.GradientMax:G4}."));
        if (_state.Unchanged >= FloorIterations)
        {
            return (StopReason.Stalled, FormattableString.Invariant(
                $"Stalled: {FloorIterations} iterations left the loss at exactly {trial.Value:G6}, though the gradient predicts a decrease; max |g| = {trial.GradientMax:G4}."));
        }

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
            return (lower ? _rules.Verdict : null) ?? Limit();

        _state.FailedSearches++;
        _state.FailsInRow = Point.Value < value - 10 * band ? 0 : _state.FailsInRow + 1;
        if (lower && _rules.Verdict is { } end)
            return end;
        if (!lower && !fresh && PredictedDecrease <= _epsilon * Math.Abs(value))
            return (StopReason.WorkingPrecision, FormattableString.Invariant($"Reached working precision: the predicted decrease {PredictedDecrease:G3} is below the rounding of the loss; max |g| = {Point.GradientMax:G4}."));
        if (_state.FailsInRow > Options.MaxRestarts || (fresh && !lower && _state.FailsInRow > 1))
            return (StopReason.Stalled, FormattableString.Invariant($"Stalled: {_state.FailsInRow} line searches in a row found no lower loss; max |g| = {Point.GradientMax:G4}."));
        if (fresh && !lower)
            _state.ShortStart *= 1e-3;
        _state.KeepsMemory &= lower;
        if (!_state.KeepsMemory)
            _state.Restarts++;
        return null;
    }

    /// <summary>Takes a trial over as the current point and prepares the next direction.</summary>
    private void MoveTo(Trial trial, bool keepMemoryWithoutPair)
    {
        Trial former = Point;
        Trial formerBest = _state.Best!;
        _state.Current = trial;
        _state.Best = trial.Value <= formerBest.Value ? trial : formerBest;
        PreparePair(former, trial, keepMemoryWithoutPair);
        if (former != _state.Best)
            former.Dispose();
        if (formerBest != _state.Best && formerBest != former)
            formerBest.Dispose();
        _state.Iterations++;
        _rules.Accept(trial, _state.Iterations, _state.Evaluations);
    }

    /// <summary>Decides whether the pair of a step will be learnt: where its curvature allows. Learning it waits for the next direction, as both are one call.</summary>
    private void PreparePair(Trial former, Trial trial, bool keepMemoryWithoutPair)
    {
        _state.FormerGradient?.Dispose();
        _state.FormerGradient = null;
        double curvature = trial.Step * trial.DirectionDotChange;
        double lengths = Math.Sqrt(_state.Direction!.LengthSquared) * trial.Step * Math.Sqrt(trial.ChangeSquared);
        bool hasPair = trial.Moved > 0 && curvature > CurvatureOfPairs * lengths;
        if (hasPair)
            _state.FormerGradient = former.Gradient.Alias();
        _state.KeepsMemory = hasPair || (keepMemoryWithoutPair && !_kernel.Direction.IsEmpty);
    }

    private Trial? EvaluateTrial(double step)
    {
        if (_first is { } first)
        {
            _first = null;
            if (first.Step == step)
                return first;
            first.Dispose();
        }

        if (!_rules.MayEvaluate(_state.Evaluations))
            return null;
        Trial trial = _kernel.Evaluate(Point.Position, Point.Gradient, _state.Direction!.Direction, step);
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
        _state.Evaluations++;
        _rules.Evaluated(trial);
        _listeners.Trial(_state.Evaluations, trial == _state.Current ? 0 : _state.Iterations + 1, trial);
    }

    private bool IsDescent(DirectionStep step) => double.IsFinite(step.Slope) && double.IsFinite(step.LengthSquared) && step.Slope < 0
        && Math.Abs(step.Slope) >= 1e-16 * Math.Sqrt(step.LengthSquared) * Math.Sqrt(Point.GradientSquared);

    private (StopReason, string)? Limit() => _rules.Limit(_state.Iterations, _state.Evaluations, Point.GradientMax);
}
