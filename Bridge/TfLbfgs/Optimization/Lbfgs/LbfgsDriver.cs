using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The managed loop: decisions on the host from packed scalars, vectors on the device. Reads are at most evaluations + accepted iterations, none of size n. All that outlives a step is in the <see cref="LbfgsState"/>.
/// </summary>
internal sealed class LbfgsDriver : RunDriver
{
    internal const double CurvatureOfPairs = 1e-10;
    internal const int FloorIterations = 10;

    /// <summary>So many times the error of the loss that a failed search proves is its noise, where that is at most this part of the decrease so far: more is no noise, but a gradient of another function.</summary>
    internal const double NoiseOverError = 2;
    internal const double MostNoise = 1e-3;

    /// <summary>The first trial is the unit step, but at most so many times the last accepted one: where directions are too long for a while, each iteration would find that out anew.</summary>
    internal const double GrowthOfFirstStep = 4;

    /// <summary>Or, where the direction asks for it: twice the last decrease over the slope, the step that repeats that decrease on a parabola, and a little more so that 1 is reached.</summary>
    private const double RepeatedDecrease = 2.02;

    private readonly LbfgsKernel _kernel;
    private readonly LineSearch _search;
    private Trial? _first;
    private TrialConsistency? _consistency;
    private bool _isProjected;

    /// <summary>The smallest step of the current search whose result was not finite.</summary>
    private double _wall;

    /// <summary>Prepares a run, or its continuation; kernel and state are borrowed.</summary>
    public LbfgsDriver(LbfgsKernel kernel, LbfgsState state, LbfgsOptions options)
        : base(state, options, kernel.Objective.Layout)
    {
        _kernel = kernel;
        _search = options.LineSearch ?? new CubicZoom();
    }

    /// <inheritdoc/>
    public override object Kernel => _kernel;

    /// <summary>The decrease that a quadratic model predicts along the current direction.</summary>
    private double PredictedDecrease => -State.Direction!.Slope / 2;

    private int MemoryLength => Options.MemoryLength ?? MemoryTable.Length(State.Identity.Count, State.Identity.DType);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        DropFirst();
    }

    /// <inheritdoc/>
    protected override string Remark() => base.Remark() + (_isProjected ? " The start lay outside the bounds and was projected into them." : "");

    /// <inheritdoc/>
    protected override void EvaluateStart(Tensor start, int iterations)
    {
        Options.Bounds?.CheckDevice(start);
        using Tensor zeros = RawOps.ZerosLike(start);
        _kernel.Attach(State);
        _kernel.Bounds = Options.Bounds;
        _kernel.Scale(start, Options.BlockScaling, probe =>
        {
            State.Evaluations++;
            State.Reads++;
            Listeners.Trial(State.Evaluations, 0, probe);
        });
        State.Current = _kernel.Evaluate(start, zeros, zeros, 0);
        _isProjected = Point.Moved > 0;
        State.Best = Point;
        State.InitialLoss = Point.Value;
        Count(Point);
        Rules.Accept(Point, 0, State.Evaluations);
        State.End = Rules.Verdict;
        if (State.End is null && Options.Noise == Noise.Measured)
            MeasureNoise();
    }

    /// <summary>One accepted iteration, with as many searches as it takes.</summary>
    protected override void Advance(int iterations)
    {
        _kernel.Attach(State);
        _kernel.Bounds = Options.Bounds;
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
        double firstStep = fresh ? _search.FirstStep(Math.Min(1, 1 / Math.Sqrt(Point.GradientSquared)) * State.ShortStart) : _first!.Step;
        _wall = double.PositiveInfinity;
        LinePoint origin = new(0, Point.Value, State.Direction!.Slope);
        Line line = new(origin, firstStep, State.Band, Options);
        _consistency = new TrialConsistency(origin, State.Epsilon);
        using TrialKeeper trials = new(line, EvaluateTrial);
        Trial? trial = trials.Run(_search);
        DropFirst();
        return trials.IsAccepted ? Advance(trial!, fresh) : AfterFailure(trial, line, fresh, trials.IsInterrupted);
    }

    /// <summary>Learns the pair that waits, takes the direction that the memory gives and evaluates the first trial along it, in one call; false where there is no memory, or its direction does not descend.</summary>
    private bool TryLearntDirection()
    {
        if (!State.KeepsMemory)
            return false;
        FirstTrial first = new(_search.FirstStep(State.FirstStep), State.LastDecrease > 0 ? RepeatedDecrease * State.LastDecrease : double.PositiveInfinity);
        (DirectionStep direction, Trial trial) = State.FormerGradient is null
            ? _kernel.Proceed(Point, first)
            : _kernel.Advance(Point, State.FormerGradient, State.Direction!, first);
        // Learnt: another search from this point must not learn it again.
        State.FormerGradient?.Dispose();
        State.FormerGradient = null;
        State.Direction?.Dispose();
        State.Direction = direction;
        DropFirst();
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
        DropFirst();
        State.KeepsMemory = false;
        State.Restarts++;
        return false;
    }

    /// <summary>Frees the first trial of a direction where the search did not ask for it.</summary>
    private void DropFirst()
    {
        _first?.Dispose();
        _first = null;
    }

    private void TakeSteepestDescent()
    {
        _kernel.Direction.Clear();
        State.Tally.Curvatures.Clear();
        State.FormerGradient?.Dispose();
        State.FormerGradient = null;
        State.Direction?.Dispose();
        State.Direction = null;
        State.Direction = _kernel.SteepestDescent(Point);
    }

    /// <summary>Moves to an accepted trial.</summary>
    private (StopReason, string)? Advance(Trial trial, bool fresh)
    {
        State.ShortStart = 1;
        State.FirstStep = fresh ? 1 : Math.Min(1, GrowthOfFirstStep * trial.Step);
        double decrease = Point.Value - trial.Value;
        State.LastDecrease = decrease;
        if (decrease > State.Band)
            State.FailsInRow = 0;
        State.Floor = Math.Abs(decrease) <= State.Band && PredictedDecrease <= 10 * State.Band ? State.Floor + 1 : 0;
        State.Unchanged = decrease == 0 ? State.Unchanged + 1 : 0;
        MoveTo(trial, keepMemoryWithoutPair: true);
        if (Rules.Verdict is { } end)
            return end;
        if (trial.Moved == 0)
            return Ends.NotMoved(trial.GradientMax);
        if (Options.FloorIterations > 0 && State.Floor >= Options.FloorIterations && !IsLessNoisyHere())
            return Ends.Floor(trial.GradientMax, Options.FloorIterations);
        if (State.Unchanged >= FloorIterations)
            return Ends.Unchanged(trial.Value, trial.GradientMax);
        return null;
    }

    /// <summary>After a search without an acceptable step: keeps what it gained, restarts from the steepest descent, or ends.</summary>
    private (StopReason, string)? AfterFailure(Trial? trial, Line line, bool fresh, bool isInterrupted)
    {
        if (!isInterrupted && trial is not null && Options.OnFailedSearch == FailedSearchPolicy.AcceptBest)
        {
            State.FailedSearches++;
            return Advance(trial, fresh);
        }

        double value = Point.Value;
        double band = State.Band;
        bool lower = trial is not null && trial.Value < value;
        int fails = lower && trial!.Value < value - 10 * band ? 0 : State.FailsInRow + 1;
        bool isPrecise = !isInterrupted && !lower && !fresh && PredictedDecrease <= State.ErrorOf(value) && !IsLessNoisyHere();
        bool stalls = !isPrecise && (fails > Options.MaxRestarts || (fresh && !lower && fails > 1));
        LbfgsSearchFailure? failure = !isInterrupted && (stalls || Options.ExplainFailures) ? Explain() : null;
        if (lower)
            MoveTo(trial!, keepMemoryWithoutPair: false);
        else
            trial?.Dispose();
        if (isInterrupted)
            return (lower ? Rules.Verdict : null) ?? Limit();

        State.FailedSearches++;
        LearnNoise();
        State.FailsInRow = fails;
        if (lower && Rules.Verdict is { } end)
            return end;
        string sentence = SearchSentence.Of(line);
        if (isPrecise)
            return With(Ends.Predicted(Point.GradientMax, PredictedDecrease), sentence);
        if (fresh && !lower)
            State.ShortStart *= 1e-3;
        if (Options.OnFailedSearch == FailedSearchPolicy.Throw)
            throw new TfLbfgsException(FormattableString.Invariant($"Expected a step that meets the conditions of the line search, received none in iteration {State.Iterations + 1}; the best point is kept. {sentence}"));
        if (Options.OnFailedSearch == FailedSearchPolicy.Stop || (Options.OnFailedSearch == FailedSearchPolicy.RestartOnce && State.FailedSearches > 1))
            return (StopReason.LineSearchFailed, FormattableString.Invariant($"No acceptable step; max |g| = {Point.GradientMax:G4}. {sentence}"));
        if (Options.OnFailedSearch == FailedSearchPolicy.RestartOnce)
        {
            RestartFromBest();
            return null;
        }

        if (stalls)
            return With(Ends.Failures(Point.GradientMax, fails, fresh && !lower ? _consistency : null, failure), sentence);
        State.KeepsMemory &= lower;
        if (!State.KeepsMemory)
            State.Restarts++;
        return null;
    }

    /// <summary>After a failed search: what the values of its trials prove about the error of the loss widens the band in which the slopes decide.</summary>
    private void LearnNoise()
    {
        double error = _consistency!.Noise;
        if (error > 0 && error <= MostNoise * (State.InitialLoss - State.Best!.Value))
            State.ProvenNoise = Math.Max(State.ProvenNoise, NoiseOverError * error);
    }

    private static (StopReason, string) With((StopReason Reason, string Message) end, string sentence) => (end.Reason, $"{end.Message} {sentence}");

    /// <summary>Goes back to the lowest point and forgets the memory.</summary>
    private void RestartFromBest()
    {
        if (State.Current != State.Best)
            State.Current?.Dispose();
        State.Current = State.Best;
        State.KeepsMemory = false;
        State.Restarts++;
    }

    /// <summary>Takes a trial over as the current point and prepares the next direction.</summary>
    private void MoveTo(Trial trial, bool keepMemoryWithoutPair)
    {
        Trial former = Point;
        Trial formerBest = State.Best!;
        State.Current = trial;
        State.Best = trial.Value <= formerBest.Value ? trial : formerBest;
        PreparePair(former, trial, keepMemoryWithoutPair);
        using Tensor? formerPosition = Listeners.HasObservers ? former.Position.Alias() : null;
        if (former != State.Best)
            former.Dispose();
        if (formerBest != State.Best && formerBest != former)
            formerBest.Dispose();
        State.Iterations++;
        Rules.Accept(trial, State.Iterations, State.Evaluations, formerPosition, State.Tally.Curvatures);
    }

    /// <summary>Decides whether the pair of a step will be learnt: where its curvature allows. Learning it waits for the next direction, as both are one call.</summary>
    private void PreparePair(Trial former, Trial trial, bool keepMemoryWithoutPair)
    {
        State.FormerGradient?.Dispose();
        State.FormerGradient = null;
        // Within bounds only the components that moved freely are part of the pair.
        if (_kernel.Bounds is not null)
            State.Direction = State.Direction! with { LengthSquared = trial.DirectionSquared };
        double curvature = trial.Step * trial.DirectionDotChange;
        double lengths = Math.Sqrt(State.Direction!.LengthSquared) * trial.Step * Math.Sqrt(trial.ChangeSquared);
        bool hasPair = trial.Moved > 0 && curvature > CurvatureOfPairs * lengths;
        if (hasPair)
        {
            State.FormerGradient = former.Gradient.Alias();
            State.Tally.Curvatures.Add(LbfgsKernel.ScalarsOf(trial, State.Direction), MemoryLength);
        }
        else
        {
            State.Tally.SkippedPairs++;
        }

        State.KeepsMemory = hasPair || (keepMemoryWithoutPair && !_kernel.Direction.IsEmpty);
    }

    private Trial? EvaluateTrial(double step)
    {
        if (_first is { } first)
        {
            _first = null;
            if (first.Step == step)
            {
                _consistency!.Add(LinePoint.Of(first));
                return first;
            }

            first.Dispose();
        }

        if (!Rules.MayEvaluate(State.Evaluations))
            return null;
        Trial trial = _kernel.Evaluate(Point.Position, Point.Gradient, State.Direction!.Direction, step);
        try
        {
            Count(trial);
            _consistency!.Add(LinePoint.Of(trial));
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
        if (!trial.IsFinite)
            _wall = Math.Min(_wall, trial.Step);
        Listeners.Trial(State.Evaluations, trial == State.Current ? 0 : State.Iterations + 1, trial);
    }

    private bool IsDescent(DirectionStep step) => double.IsFinite(step.Slope) && double.IsFinite(step.LengthSquared) && step.Slope < 0
        && Math.Abs(step.Slope) >= 1e-16 * Math.Sqrt(step.LengthSquared) * Math.Sqrt(Point.GradientSquared);

    private void MeasureNoise() => State.Tally.Noise = new NoiseMeter(EvaluateAside, State.Epsilon).Measure(Point.Position, Point.Value);

    /// <summary>
    /// Before a run ends for the noise that was measured where the loss was higher: measures it here. Where it is less than half, the run goes on with it; so that happens a few times at most.
    /// </summary>
    private bool IsLessNoisyHere()
    {
        if (Options.Noise != Noise.Measured || State.Tally.Noise is not { } before)
            return false;
        MeasureNoise();
        if (State.Tally.Noise >= before / 2)
            return false;
        (State.Floor, State.Unchanged) = (0, 0);
        return true;
    }

    /// <summary>Looks for the variables that made the last search fail, where the objective has any.</summary>
    private LbfgsSearchFailure? Explain()
    {
        if (Listeners.Meter is not { } meter)
            return null;
        SearchDiagnosis diagnosis = new(meter, EvaluateAside, State.ErrorOf(Point.Value));
        if (diagnosis.Explain(State.Iterations + 1, Point, State.Direction!.Direction, State.Direction.Slope, _wall) is not { } failure)
            return null;
        State.SearchFailure = failure;
        Listeners.SearchFailed(failure);
        return failure;
    }

    /// <summary>An evaluation beside the search, which counts as one; null where a limit forbids it.</summary>
    private Trial? EvaluateAside(Tensor direction, double step)
    {
        if (!Rules.MayEvaluate(State.Evaluations))
            return null;
        Trial trial = _kernel.Evaluate(Point.Position, Point.Gradient, direction, step);
        State.Evaluations++;
        State.Reads++;
        try
        {
            Listeners.Trial(State.Evaluations, State.Iterations + 1, trial);
            return trial;
        }
        catch
        {
            trial.Dispose();
            throw;
        }
    }

    /// <summary>The pairs in memory, the one that waits to be learnt included; null where the direction keeps none.</summary>
    protected override (Tensor Steps, Tensor Changes)? Pairs()
    {
        _kernel.Attach(State);
        if (_kernel.Direction is not PairHistory history)
            return null;
        using TensorScope scope = new();
        (Tensor steps, Tensor changes) = history.Pairs();
        if (State.FormerGradient is { } former)
        {
            Tensor step = State.Direction!.Direction * Point.Step;
            (steps, changes) = (PairHistory.Followed(steps, step), PairHistory.Followed(changes, Point.Gradient - former));
        }

        return (scope.Keep(steps), scope.Keep(changes));
    }
}
