using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The managed loop: decisions on the host from packed scalars, vectors on the device. Reads are at most evaluations + accepted iterations, none of size n. All that outlives a step is in the <see cref="LbfgsState"/>.
/// </summary>
internal sealed class LbfgsDriver : RunDriver
{
    private const double CurvatureOfPairs = 1e-10;
    internal const int FloorIterations = 10;

    /// <summary>The first trial is the unit step, but at most so many times the last accepted one: where directions are too long for a while, each iteration would find that out anew.</summary>
    internal const double GrowthOfFirstStep = 4;

    private readonly LbfgsKernel _kernel;
    private readonly LineSearch _search;
    private Trial? _first;

    /// <summary>Prepares a run, or its continuation; kernel and state are borrowed.</summary>
    public LbfgsDriver(LbfgsKernel kernel, LbfgsState state, LbfgsOptions options)
        : base(state, options)
    {
        _kernel = kernel;
        _search = options.LineSearch ?? new CubicZoom();
    }

    /// <inheritdoc/>
    public override object Kernel => _kernel;

    /// <summary>The decrease that a quadratic model predicts along the current direction.</summary>
    private double PredictedDecrease => -State.Direction!.Slope / 2;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _first?.Dispose();
        _first = null;
    }

    /// <inheritdoc/>
    protected override void EvaluateStart(Tensor start)
    {
        using Tensor zeros = RawOps.ZerosLike(start);
        _kernel.Attach(State);
        State.Current = _kernel.Evaluate(start, zeros, zeros, 0);
        State.Best = Point;
        State.InitialLoss = Point.Value;
        Count(Point);
        Rules.Accept(Point, 0, State.Evaluations);
        State.End = Rules.Verdict;
    }

    /// <summary>One accepted iteration, with as many searches as it takes.</summary>
    protected override void Advance(int iterations)
    {
        _kernel.Attach(State);
        int before = State.Iterations;
        while (State.Iterations == before && State.End is null)
            State.End = Limit() ?? Search();
    }

    /// <summary>One direction and one search along it.</summary>
    private (StopReason, string)? Search()
    {
        bool fresh = !TryLearntDirection();
        if (fresh)
            TakeSteepestDescent();
        double firstStep = fresh ? Math.Min(1, 1 / Math.Sqrt(Point.GradientSquared)) * State.ShortStart : State.FirstStep;
        Line line = new(new LinePoint(0, Point.Value, State.Direction!.Slope), firstStep, State.Band, Options);
        using TrialKeeper trials = new(line, EvaluateTrial);
        Trial? trial = trials.Run(_search);
        return trials.IsAccepted ? Advance(trial!, fresh) : AfterFailure(trial, fresh, trials.IsInterrupted);
    }

    /// <summary>Learns the pair that waits, takes the direction that the memory gives and evaluates the first trial along it, in one call; false where there is no memory, or its direction does not descend.</summary>
    private bool TryLearntDirection()
    {
        if (!State.KeepsMemory)
            return false;
        (DirectionStep direction, Trial trial) = State.FormerGradient is null
            ? _kernel.Proceed(Point, State.FirstStep)
            : _kernel.Advance(Point, State.FormerGradient, State.Direction!, State.FirstStep);
        // Learnt: another search from this point must not learn it again.
        State.FormerGradient?.Dispose();
        State.FormerGradient = null;
        State.Direction?.Dispose();
        State.Direction = direction;
        _first?.Dispose();
        _first = trial;
        if (IsDescent(direction))
        {
            Count(trial);
            return true;
        }

        // Evaluated in vain: it counts, and nothing stops for it.
        State.Evaluations++;
        State.Reads++;
        Listeners.Trial(State.Evaluations, State.Iterations + 1, trial);
        _first = null;
        trial.Dispose();
        State.KeepsMemory = false;
        State.Restarts++;
        return false;
    }

    private void TakeSteepestDescent()
    {
        _kernel.Direction.Clear();
        State.FormerGradient?.Dispose();
        State.FormerGradient = null;
        State.Direction?.Dispose();
        State.Direction = null;
        State.Direction = new DirectionStep(RawOps.Neg(Point.Gradient), -Point.GradientSquared, Point.GradientSquared);
    }

    /// <summary>Moves to an accepted trial.</summary>
    private (StopReason, string)? Advance(Trial trial, bool fresh)
    {
        State.ShortStart = 1;
        State.FirstStep = fresh ? 1 : Math.Min(1, GrowthOfFirstStep * trial.Step);
        double decrease = Point.Value - trial.Value;
        if (decrease > State.Band)
            State.FailsInRow = 0;
        State.Floor = Math.Abs(decrease) <= State.Band && PredictedDecrease <= 10 * State.Band ? State.Floor + 1 : 0;
        State.Unchanged = decrease == 0 ? State.Unchanged + 1 : 0;
        MoveTo(trial, keepMemoryWithoutPair: true);
        if (Rules.Verdict is { } end)
            return end;
        if (trial.Moved == 0)
            return Ends.NotMoved(trial);
        if (State.Floor >= FloorIterations)
            return Ends.Floor(trial);
        if (State.Unchanged >= FloorIterations)
            return Ends.Unchanged(trial);
        return null;
    }

    /// <summary>After a search without an acceptable step: keeps what it gained, restarts from the steepest descent, or ends.</summary>
    private (StopReason, string)? AfterFailure(Trial? trial, bool fresh, bool isInterrupted)
    {
        double value = Point.Value;
        double band = State.Band;
        bool lower = trial is not null && trial.Value < value;
        if (lower)
            MoveTo(trial!, keepMemoryWithoutPair: false);
        else
            trial?.Dispose();
        if (isInterrupted)
            return (lower ? Rules.Verdict : null) ?? Limit();

        State.FailedSearches++;
        State.FailsInRow = Point.Value < value - 10 * band ? 0 : State.FailsInRow + 1;
        if (lower && Rules.Verdict is { } end)
            return end;
        if (!lower && !fresh && PredictedDecrease <= State.Epsilon * Math.Abs(value))
            return Ends.Predicted(Point, PredictedDecrease);
        if (State.FailsInRow > Options.MaxRestarts || (fresh && !lower && State.FailsInRow > 1))
            return Ends.Failures(Point, State.FailsInRow);
        if (fresh && !lower)
            State.ShortStart *= 1e-3;
        State.KeepsMemory &= lower;
        if (!State.KeepsMemory)
            State.Restarts++;
        return null;
    }

    /// <summary>Takes a trial over as the current point and prepares the next direction.</summary>
    private void MoveTo(Trial trial, bool keepMemoryWithoutPair)
    {
        Trial former = Point;
        Trial formerBest = State.Best!;
        State.Current = trial;
        State.Best = trial.Value <= formerBest.Value ? trial : formerBest;
        PreparePair(former, trial, keepMemoryWithoutPair);
        if (former != State.Best)
            former.Dispose();
        if (formerBest != State.Best && formerBest != former)
            formerBest.Dispose();
        State.Iterations++;
        Rules.Accept(trial, State.Iterations, State.Evaluations);
    }

    /// <summary>Decides whether the pair of a step will be learnt: where its curvature allows. Learning it waits for the next direction, as both are one call.</summary>
    private void PreparePair(Trial former, Trial trial, bool keepMemoryWithoutPair)
    {
        State.FormerGradient?.Dispose();
        State.FormerGradient = null;
        double curvature = trial.Step * trial.DirectionDotChange;
        double lengths = Math.Sqrt(State.Direction!.LengthSquared) * trial.Step * Math.Sqrt(trial.ChangeSquared);
        bool hasPair = trial.Moved > 0 && curvature > CurvatureOfPairs * lengths;
        if (hasPair)
            State.FormerGradient = former.Gradient.Alias();
        State.KeepsMemory = hasPair || (keepMemoryWithoutPair && !_kernel.Direction.IsEmpty);
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

        if (!Rules.MayEvaluate(State.Evaluations))
            return null;
        Trial trial = _kernel.Evaluate(Point.Position, Point.Gradient, State.Direction!.Direction, step);
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
        State.Evaluations++;
        State.Reads++;
        Rules.Evaluated(trial);
        Listeners.Trial(State.Evaluations, trial == State.Current ? 0 : State.Iterations + 1, trial);
    }

    private bool IsDescent(DirectionStep step) => double.IsFinite(step.Slope) && double.IsFinite(step.LengthSquared) && step.Slope < 0
        && Math.Abs(step.Slope) >= 1e-16 * Math.Sqrt(step.LengthSquared) * Math.Sqrt(Point.GradientSquared);
}
