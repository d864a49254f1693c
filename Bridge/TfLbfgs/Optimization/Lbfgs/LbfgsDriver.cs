using TfLbfgs.Tensors;
using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Optimization;

/// <summary>
/// The managed loop: decisions on the host from packed scalars, vectors on the device. Reads are at most evaluations + accepted iterations,
/// none of size n. All that outlives a step is in the <see cref="LbfgsState"/>.
/// </summary>
internal sealed class LbfgsDriver : RunDriver
{
    private readonly LbfgsKernels _kernels;
    private LbfgsKernel _kernel;
    private readonly LineSearch _search;
    private Trial? _first;
    private TrialConsistency? _consistency;
    private bool _isProjected;

    /// <summary>The smallest step of the current search whose result was not finite.</summary>
    private double _wall;

    /// <summary>Prepares a run, or its continuation; kernels and state are borrowed.</summary>
    public LbfgsDriver(LbfgsKernels kernels, LbfgsState state, LbfgsOptions options)
        : base(state, options, kernels.First.Objective)
    {
        _kernels = kernels;
        _kernel = kernels.First;
        _search = options.LineSearch ?? new CubicZoom();
    }

    /// <inheritdoc/>
    public override object Kernel => _kernels;

    /// <inheritdoc/>
    public override string ExecutionText => _kernels.Describe(State);

    private int MemoryLength => Options.MemoryLength ?? MemoryTable.Length(State.Identity.Count, State.Identity.DType);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        DropFirst();
    }

    /// <inheritdoc/>
    protected override string Remark() => base.Remark() + (_isProjected ? " The start lay outside the bounds and was projected into them."
        : "");

    /// <inheritdoc/>
    protected override void EvaluateStart(Tensor start, int iterations)
    {
        Options.Bounds?.CheckDevice(start);
        using Tensor zeros = RawOps.ZerosLike(start);
        _kernel.Attach(State);
        _kernel.Bounds = Options.Bounds;
        _kernel.Cancellation = CancellationToken.None;
        _kernel.Scale(start, Options.BlockScaling, probe =>
        {
            CountEvaluation();
            Listeners.Trial(State.Evaluations, 0, probe);
        });
        _kernel.Cancellation = Stopping.Cancellation;
        TakeStart(_kernel.Evaluate(start, zeros, zeros, 0));
    }

    /// <inheritdoc/>
    protected override void TakeStart(Trial trial)
    {
        State.Current = trial;
        _isProjected = Point.Moved > 0;
        State.Best = Point;
        State.Numbers.InitialLoss = Point.Value;
        State.Numbers.CapScore = FirstTrial.BeginningScore(State.Identity.Count, MemoryLength);
        Count(Point);
        Stopping.Accept(Point, 0, State.Evaluations);
        State.End = Stopping.Verdict;
        if (State.End is null && Options.Noise == Noise.Measured && !Stopping.Cancellation.IsCancellationRequested)
            MeasureNoise();
    }

    /// <inheritdoc/>
    protected override (double Loss, double Moved) EvaluateAgain()
    {
        Options.Bounds?.CheckDevice(Point.Position);
        _kernel.Attach(State);
        _kernel.Bounds = Options.Bounds;
        _kernel.Cancellation = CancellationToken.None;
        using Tensor zeros = RawOps.ZerosLike(Point.Position);
        using Trial again = _kernel.Evaluate(Point.Position, zeros, zeros, 0);
        return (again.Value, again.Moved);
    }

    /// <inheritdoc/>
    public override bool TryEvaluateAnew()
    {
        _kernel.Attach(State);
        _kernel.Bounds = Options.Bounds;
        using Tensor zeros = RawOps.ZerosLike(Point.Position);
        Trial again = _kernel.Evaluate(Point.Position, zeros, zeros, 0);
        DropFirst();
        State.DropPair();
        if (State.Best != State.Current)
            State.Best?.Dispose();
        State.Current!.Dispose();
        // Losses of the former data cannot be compared.
        State.Current = State.Best = again;
        State.End = null;
        CountEvaluation();
        return true;
    }

    /// <summary>One accepted iteration, with as many searches as it takes.</summary>
    protected override void Advance(int iterations)
    {
        if (Limit() is { } limit)
        {
            State.End = limit;
            return;
        }

        _kernel = _kernels.At(State, Options, Stopping.Cancellation);
        _kernel.Attach(State);
        _kernel.Cancellation = Stopping.Cancellation;
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
        double firstStep = fresh
            ? _search.FirstSteepestStep(SizeOfGradient(), Rules.FirstSteepestStep(Point.GradientSquared, State.Numbers.ShortStart))
            : _first!.Step;
        if (-State.Direction!.Slope < Options.SlopeTolerance)
        {
            DropFirst();
            return (StopReason.LossTolerance,
                FormattableString.Invariant(
                $"The slope of the direction, {State.Direction.Slope:G4}, is above -{Options.SlopeTolerance:G4}; max |g| = {Point.GradientMax:G4}."));
        }

        _wall = double.PositiveInfinity;
        LinePoint origin = new(0, Point.Value, State.Direction!.Slope);
        Line line = new(origin, firstStep, State.Band, Options.SufficientDecrease, Options.Curvature, Options.MaxLineSearchTrials,
            Rules.RiseOf(fresh, State.Numbers.LastDecrease, Options.AllowedRise));
        _consistency = new TrialConsistency(origin, State.Epsilon);
        using TrialKeeper trials = new(line, EvaluateTrial);
        Trial? trial;
        try
        {
            trial = trials.Run(_search);
        }
        catch when (!fresh)
        {
            // As where the first evaluation along it fails.
            State.LearntDirection = State.Direction!.Direction.Alias();
            throw;
        }

        DropFirst();
        if (trials.IsAccepted)
            return Accept(trial!, fresh);
        if (!trials.IsInterrupted && trial is not null && Options.OnFailedSearch == FailedSearchPolicy.AcceptBest)
        {
            State.Numbers.FailedSearches += 1;
            return Accept(trial, fresh);
        }

        return AfterFailure(trial, line, fresh, trials.IsInterrupted);
    }

    private GradientSize SizeOfGradient()
    {
        Tensor gradient = Point.Gradient;
        return new GradientSize(Math.Sqrt(Point.GradientSquared), Point.GradientMax, State.Iterations == 0, () =>
        {
            using TensorScope scope = new();
            State.Reads++;
            return VectorMath.Total(RawOps.Abs(gradient)).ToDouble();
        });
    }

    /// <summary>
    /// Learns the pair that waits, takes the direction that the memory gives and evaluates the first trial along it, in one call; false
    /// where there is no memory, or its direction does not descend.
    /// </summary>
    private bool TryLearntDirection()
    {
        if (!State.KeepsMemory)
            return false;
        FirstTrial first = _kernel.Direction.CapsFirstTrial ? new(1, Rules.CappedDecrease(State.Numbers.LastDecrease))
            : FirstTrial.Along(State.Numbers, _search, Options.AdaptFirstTrial);
        (DirectionStep direction, Trial trial) = State.LearntDirection is { } learnt ? _kernel.Resume(Point, learnt, first)
            : State.FormerGradient is null ? _kernel.Proceed(Point, first)
            : Learn(first);
        // Learnt: another search from this point must not learn it again.
        State.DropPair();
        State.Direction?.Dispose();
        State.Direction = direction;
        DropFirst();
        _first = trial;
        if (Rules.IsDescent(direction.Slope, direction.LengthSquared, Point.GradientSquared))
        {
            Count(trial);
            return true;
        }

        // Evaluated in vain: it counts, and nothing stops for it.
        CountEvaluation();
        Listeners.Trial(State.Evaluations, State.Iterations + 1, trial);
        DropFirst();
        State.Numbers.KeepsMemory = 0;
        State.Numbers.Restarts += 1;
        return false;
    }

    /// <summary>Learns the pair that waits; where the evaluation after it fails, it waits no longer.</summary>
    private (DirectionStep Direction, Trial Trial) Learn(FirstTrial first)
    {
        try
        {
            return _kernel.Advance(Point, State.FormerGradient!, State.Direction!, State.ChangeFactor, first);
        }
        catch when (_kernel.IsInterrupted)
        {
            State.DropPair();
            // Not computed again from the memory, where rounding may differ: a state that goes on must come to the same bits.
            State.LearntDirection = _kernel.TakeInterrupted();
            throw;
        }
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
        State.DropPair();
        State.Direction?.Dispose();
        State.Direction = null;
        State.Direction = _kernel.SteepestDescent(Point);
    }

    /// <summary>Moves to an accepted trial.</summary>
    private (StopReason, string)? Accept(Trial trial, bool fresh)
    {
        SearchVerdict<HostScalar, HostTruth> verdict = Judge(trial, fresh, isAccepted: true, isFailed: false, isLessNoisy: false);
        State.Numbers = verdict.Numbers;
        MoveTo(trial);
        if (Stopping.Verdict is { } end)
            return end;
        // Working precision may be reached for the noise that was measured elsewhere; then the run goes on with what it is here.
        RunEnd own = (RunEnd)(int)verdict.End.Value;
        return own == RunEnd.None || (own == RunEnd.Floor && IsLessNoisyHere())
            ? null
            : Ends.Of(own, trial.Scalars, State.Numbers, Options, verdict.PredictedDecrease);
    }

    /// <summary>After a search without an acceptable step: keeps what it gained, restarts from the steepest descent, or ends.</summary>
    private (StopReason, string)? AfterFailure(Trial? trial, Line line, bool fresh, bool isInterrupted)
    {
        bool lower = trial is not null && trial.Value < Point.Value;
        SearchVerdict<HostScalar, HostTruth> verdict = Judge(trial, fresh, isAccepted: false, isFailed: !isInterrupted, isLessNoisy: false);
        if ((RunEnd)(int)verdict.End.Value == RunEnd.Predicted && IsLessNoisyHere())
            verdict = Judge(trial, fresh, isAccepted: false, isFailed: true, isLessNoisy: true);
        RunEnd own = (RunEnd)(int)verdict.End.Value;
        LbfgsSearchFailure? failure = !isInterrupted && (own == RunEnd.Failures || Options.ExplainFailures) ? Explain() : null;
        // Diagnosis evaluates, after the verdict.
        State.Numbers = verdict.Numbers with { Evaluations = State.Numbers.Evaluations };
        if (lower)
            MoveTo(trial!);
        else
            trial?.Dispose();
        if (lower && Stopping.Verdict is { } end)
            return end;
        if (isInterrupted)
            return Limit();
        string sentence = SearchSentence.Of(line);
        if (own == RunEnd.Predicted)
            return With(Ends.Of(own, Point.Scalars, State.Numbers, Options, verdict.PredictedDecrease), sentence);
        if (Options.OnFailedSearch == FailedSearchPolicy.Throw)
            throw new TfLbfgsException(
                FormattableString.Invariant(
                $"Expected a step that meets the conditions of the line search, received none in iteration {State.Iterations + 1}; the best point is kept. {sentence}"));
        if (Options.OnFailedSearch == FailedSearchPolicy.Stop
            || (Options.OnFailedSearch == FailedSearchPolicy.RestartOnce && State.FailedSearches > 1))
            return (StopReason.LineSearchFailed,
                FormattableString.Invariant($"No acceptable step; max |g| = {Point.GradientMax:G4}. {sentence}"));
        if (Options.OnFailedSearch == FailedSearchPolicy.RestartOnce)
        {
            RestartFromBest();
            return null;
        }

        if (own == RunEnd.Failures)
            return With(Ends.Failures(Point.GradientMax, (int)State.Numbers.FailsInRow.Value, fresh && !lower ? _consistency : null,
                failure), sentence);
        if (verdict.Restarts)
            State.Numbers.Restarts += 1;
        return null;
    }

    /// <summary>What the rules say of a search; the trial is that to which the run moves, where it was accepted or is lower.</summary>
    private SearchVerdict<HostScalar, HostTruth> Judge(Trial? trial, bool fresh, bool isAccepted, bool isFailed, bool isLessNoisy)
    {
        bool lower = !isAccepted && trial is not null && trial.Value < Point.Value;
        bool moves = isAccepted || lower;
        return Rules.AfterSearch(
            State.Numbers,
            new SearchOutcome<HostScalar, HostTruth>
            {
                Accepted = isAccepted,
                Failed = isFailed,
                Lower = lower,
                Fresh = fresh,
                HasPair = moves && HasPair(trial!),
                HadPairs = !_kernel.Direction.IsEmpty,
                IsLessNoisy = isLessNoisy,
                Step = moves ? trial!.Step : 0,
                Moved = moves ? trial!.Moved : 0,
                Slope = State.Direction!.Slope,
                NewSlope = moves ? trial!.Slope : 0,
                Value = Point.Value,
                NewValue = moves ? trial!.Value : Point.Value,
                LowestBefore = State.Best!.Value,
                Error = _consistency!.Noise,
            },
            State.Limits);
    }

    /// <summary>Whether the step of a trial gives a pair; within bounds only the components that moved freely are part of it.</summary>
    private bool HasPair(Trial trial) => Rules.HasPair(
        trial.Moved, trial.Step, trial.Scalars.DirectionDotChange, _kernel.Bounds is null ? State.Direction!.LengthSquared
            : trial.Scalars.DirectionSquared, trial.Scalars.ChangeSquared);

    private static (StopReason, string) With((StopReason Reason, string Message) end, string sentence) =>
        (end.Reason, $"{end.Message} {sentence}");

    /// <summary>Goes back to the lowest point and forgets the memory.</summary>
    private void RestartFromBest()
    {
        if (State.Current != State.Best)
            State.Current?.Dispose();
        State.Current = State.Best;
        State.Numbers.KeepsMemory = 0;
        State.Numbers.Restarts += 1;
    }

    /// <summary>Takes a trial over as the current point and prepares the next direction.</summary>
    private void MoveTo(Trial trial)
    {
        Trial former = Point;
        Trial formerBest = State.Best!;
        State.Current = trial;
        State.Best = trial.Value <= formerBest.Value ? trial : formerBest;
        PreparePair(former, trial);
        using Tensor? formerPosition = Listeners.HasObservers ? former.Position.Alias() : null;
        if (former != State.Best)
            former.Dispose();
        if (formerBest != State.Best && formerBest != former)
            formerBest.Dispose();
        Stopping.Accept(trial, State.Iterations, State.Evaluations, formerPosition, State.Tally.Curvatures);
    }

    /// <summary>
    /// Keeps what the pair of a step needs, where there is one. Learning it waits for the next direction, as both are one call.
    /// </summary>
    private void PreparePair(Trial former, Trial trial)
    {
        State.DropPair();
        bool hasPair = HasPair(trial);
        if (_kernel.Bounds is not null)
            State.Direction = State.Direction! with { LengthSquared = trial.Scalars.DirectionSquared };
        if (hasPair)
        {
            State.FormerGradient = former.Gradient.Alias();
            State.ChangeFactor = _kernel.CorrectsPairs && IsStraight(trial)
                ? Rules.FactorOfChange(
                    former.Value - trial.Value, trial.Step * (State.Direction!.Slope + trial.Slope),
                        trial.Step * trial.Scalars.DirectionDotChange,
                    Rules.BandOfCurvature(trial.Value, State.Numbers, State.Limits))
                : 1;
            State.Tally.Curvatures.Add(LbfgsKernel.ScalarsOf(trial, State.Direction!, State.ChangeFactor), MemoryLength);
        }
        else
        {
            State.Tally.SkippedPairs++;
        }
    }

    /// <summary>
    /// Whether the path to a trial is a straight line: within bounds it bends where a component is clipped, whose part of the slope is then
    /// missing at the end.
    /// </summary>
    private bool IsStraight(Trial trial)
    {
        double start = State.Direction!.Slope;
        return _kernel.Bounds is null
            || Math.Abs(trial.Slope - start - trial.Scalars.DirectionDotChange)
                <= Math.Sqrt(State.Epsilon) * (Math.Abs(trial.Slope) + Math.Abs(start));
    }

    private Trial? EvaluateTrial(double step)
    {
        if (_first is { } first)
        {
            _first = null;
            if (first.Step == step)
            {
                _consistency!.Add(first.Scalars.Point);
                return first;
            }

            first.Dispose();
        }

        if (!Stopping.MayEvaluate(State.Evaluations))
            return null;
        Trial trial = _kernel.Evaluate(Point.Position, Point.Gradient, State.Direction!.Direction, step);
        try
        {
            Count(trial);
            _consistency!.Add(trial.Scalars.Point);
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
        CountEvaluation();
        Stopping.Evaluated(trial);
        if (!trial.IsFinite)
            _wall = Math.Min(_wall, trial.Step);
        Listeners.Trial(State.Evaluations, trial == State.Current ? 0 : State.Iterations + 1, trial);
    }

    private void CountEvaluation()
    {
        State.Numbers.Evaluations += 1;
        State.Reads++;
    }

    private void MeasureNoise() => State.Tally.Noise = new NoiseMeter(EvaluateAside, State.Epsilon).Measure(Point.Position, Point.Value);

    /// <summary>
    /// Before a run ends for the noise that was measured where the loss was higher: measures it here. Where it is less than half, the run
    /// goes on with it; so that happens a few times at most.
    /// </summary>
    private bool IsLessNoisyHere()
    {
        if (Options.Noise != Noise.Measured || State.Tally.Noise is not { } before)
            return false;
        MeasureNoise();
        if (State.Tally.Noise >= before / 2)
            return false;
        (State.Numbers.Floor, State.Numbers.Unchanged) = (0, 0);
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

    /// <summary>An evaluation outside the search, which counts as one; null where a limit forbids it.</summary>
    private Trial? EvaluateAside(Tensor direction, double step)
    {
        if (!Stopping.MayEvaluate(State.Evaluations))
            return null;
        Trial trial = _kernel.Evaluate(Point.Position, Point.Gradient, direction, step);
        CountEvaluation();
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

    /// <summary>
    /// The pairs in memory, the one that waits to be learnt included; null where the direction keeps none, or a call that learns was
    /// abandoned.
    /// </summary>
    protected override (Tensor Steps, Tensor Changes)? Pairs()
    {
        if (_kernel.IsAbandoned)
            return null;
        _kernel.Attach(State);
        if (_kernel.Direction is not IPairs history)
            return null;
        using TensorScope scope = new();
        (Tensor steps, Tensor changes) = history.Pairs();
        if (State.FormerGradient is { } former)
        {
            Tensor step = State.Direction!.Direction * Point.Step;
            Tensor change = (Point.Gradient - former) * State.ChangeFactor;
            (steps, changes) = (PairHistory.Followed(steps, step), PairHistory.Followed(changes, change));
        }

        return (scope.Keep(steps), scope.Keep(changes));
    }

    /// <inheritdoc/>
    protected override Tensor? InverseHessian()
    {
        if (_kernel.IsAbandoned)
            return null;
        _kernel.Attach(State);
        IDirection direction = _kernel.Direction;
        if (!direction.HasInverseHessian || State.FormerGradient is not { } former || _kernel.Bounds is not null)
            return direction.InverseHessian();
        // The pair that waits is learnt for the result alone: the run may go on.
        IReadOnlyList<Tensor> before = direction.Export();
        try
        {
            using TensorScope scope = new();
            Tensor step = State.Direction!.Direction * Point.Step;
            Tensor change = (Point.Gradient - former) * State.ChangeFactor;
            direction.Store(step, change, direction.Reserve(LbfgsKernel.ScalarsOf(Point, State.Direction, State.ChangeFactor)));
            return direction.InverseHessian() is { } learnt ? scope.Keep(learnt) : null;
        }
        finally
        {
            direction.Import(before);
            foreach (Tensor tensor in before)
                tensor.Dispose();
        }
    }
}
