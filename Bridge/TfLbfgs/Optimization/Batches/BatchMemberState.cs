using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Optimization;

/// <summary>
/// One member of a batch: the decisions of a single run (<see cref="IterationRules{T, B}"/>), as a machine that takes what an evaluation
/// found and says what it wants next (<see cref="Next"/>). Scalars only; the vectors stay on the device.
/// Members do not wait for each other: one may search a step while another takes its next direction.
/// </summary>
internal sealed class BatchMemberState(BatchSettings settings) : IDisposable
{
    private readonly BatchOptions _options = settings.Options;
    private readonly Func<StoppingMoment, StoppingVerdict?> _wanted = StoppingRules.Wanted(settings.Options).Begin();
    private readonly Func<StoppingMoment, StoppingVerdict?>? _changes = StoppingRules.Changes(settings.Options)?.Begin();
    private BatchCommand _next;
    private Line? _line;
    private IEnumerator<double>? _steps;
    private EvaluationScalars _last;
    private EvaluationScalars _lowest;
    private EvaluationScalars _best;
    private bool _opensLine;
    private bool _isFresh;
    private bool _isRepeated;
    private double _slope;
    private double _lengthSquared;
    private RunNumbers<HostScalar> _numbers = Rules.Begin(double.NaN) with { CapScore = settings.FirstCapScore };
    private TrialConsistency? _consistency;

    /// <summary>What it wants of the next round.</summary>
    public BatchCommand Next => _next;

    /// <summary>Where it stands.</summary>
    public EvaluationScalars Point { get; private set; }

    /// <summary>The loss at its start.</summary>
    public double InitialValue
    {
        get => _numbers.InitialLoss;
        set => _numbers.InitialLoss = value;
    }

    /// <summary>Why it ended; null: it has not.</summary>
    public StopReason? Reason { get; private set; }

    /// <summary>Why it ended, in a sentence.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Whether it has ended.</summary>
    public bool IsDone => Reason is not null;

    /// <summary>Whether it ended by a tolerance or the target.</summary>
    public bool IsConverged =>
        Reason is StopReason.Converged or StopReason.TargetReached or StopReason.PositionTolerance or StopReason.LossTolerance;

    /// <summary>Whether it ended badly.</summary>
    public bool IsFailed => Reason is StopReason.BadStart or StopReason.Stalled or StopReason.LineSearchFailed;

    /// <summary>Whether the last trial moved it.</summary>
    public bool HasMoved => _next.Move != BatchMove.None;

    /// <summary>
    /// Whether its result is its best point; else it is the last one, which converged and lies above the best by rounding only.
    /// </summary>
    public bool EndsAtBest => !(Reason == StopReason.Converged && Point.Value <= _best.Value + Band);

    /// <summary>The point of its result.</summary>
    public EvaluationScalars End => EndsAtBest ? _best : Point;

    /// <summary>Pairs that it remembers.</summary>
    public int Pairs { get; private set; }

    /// <summary>The slot of the youngest pair.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>The share of the geometric length in that of its D: see <see cref="LengthShare"/>.</summary>
    public int Share { get; private set; } = LengthShare.Whole;

    /// <summary>The numbers of its run.</summary>
    public RunNumbers<HostScalar> Numbers => _numbers;

    /// <summary>Accepted iterations.</summary>
    public int Iterations => (int)_numbers.Iterations.Value;

    /// <summary>Its evaluations.</summary>
    public int Evaluations => (int)_numbers.Evaluations.Value;

    /// <summary>How often it forgot its pairs.</summary>
    public int Restarts => (int)_numbers.Restarts.Value;

    /// <summary>Searches without an acceptable step.</summary>
    public int FailedSearches => (int)_numbers.FailedSearches.Value;

    private double Band => Rules.Band(Point.Value, _numbers.ProvenNoise, settings.Limits);

    /// <summary>Takes over what an earlier run knew, before <see cref="Start"/>.</summary>
    public void Resume(int pairs, int share, int iterations, int evaluations, RunNumbers<HostScalar>? former)
    {
        if (former is { } numbers)
        {
            _numbers.FirstStep = numbers.FirstStep;
            _numbers.LastDecrease = numbers.LastDecrease;
            _numbers.SlopeLeft = numbers.SlopeLeft;
            _numbers.CapScore = numbers.CapScore;
        }

        (Pairs, Slot, Share) = (pairs, pairs - 1, share);
        (_numbers.Iterations, _numbers.Evaluations, _numbers.KeepsMemory) = (iterations, evaluations, pairs > 0 ? 1 : 0);
    }

    /// <summary>Takes the evaluation of its start.</summary>
    public void Start(EvaluationScalars trial)
    {
        _numbers.Evaluations += 1;
        _last = _best = Point = trial;
        _next = new BatchCommand { Move = BatchMove.ToTrial, IsBest = true };
        Finish(Judge(trial, 0));
        Proceed();
    }

    /// <summary>Takes what the evaluation of <see cref="Next"/> found.</summary>
    public void Take(EvaluationScalars trial)
    {
        _next = default;
        _last = trial;
        _numbers.Evaluations += 1;
        if (_opensLine && !TryOpenLine(trial))
            return;
        _consistency!.Add(trial.Point);
        _line!.Tell(trial.Point, trial.Moved);
        if (_line.Lowest == trial.Point)
        {
            _lowest = trial;
            _next.Keeps = true;
        }

        if (trial.IsFinite && trial.Value <= _options.TargetLoss && trial.Value < Point.Value)
            MoveTo(trial, Judge(trial, isAccepted: false, isFailed: false));
        else if (!_isRepeated && _steps!.MoveNext())
            _next.Step = _steps.Current;
        else
            Conclude();
    }

    /// <summary>Ends it because of something else than itself; what its search gained is kept.</summary>
    public void Interrupt(StopReason reason, Func<EvaluationScalars, string> message)
    {
        if (!_opensLine && _line?.Lowest is { } lowest && lowest.Value < Point.Value)
            MoveTo(_lowest, Judge(_lowest, isAccepted: false, isFailed: false));
        if (!IsDone)
            Finish((reason, message(Point)));
    }

    /// <summary>Takes note that moves and pairs were settled outside a round.</summary>
    public void Settled() => _next = _next.Rest;

    /// <inheritdoc/>
    public void Dispose() => _steps?.Dispose();

    /// <summary>Opens the search along a new direction, whose slope is known only now; false: there is nothing to do yet.</summary>
    private bool TryOpenLine(EvaluationScalars trial)
    {
        _opensLine = false;
        (_slope, _lengthSquared) = (trial.StartSlope, trial.DirectionSquared);
        if (!_isFresh && !Rules.IsDescent(_slope, _lengthSquared, Point.GradientSquared).Value)
        {
            _numbers.Restarts += 1;
            _numbers.KeepsMemory = 0;
            Proceed();
            return false;
        }

        LinePoint origin = new(0, Point.Value, _slope);
        _line = new Line(origin, trial.Step, Band, _options.SufficientDecrease, _options.Curvature, _options.MaxLineSearchTrials,
            Rules.RiseOf(_isFresh, _numbers.LastDecrease, _options.AllowedRise));
        _consistency = new TrialConsistency(origin, settings.Limits.Epsilon);
        _isRepeated = false;
        _steps?.Dispose();
        _steps = settings.Search.Steps(_line).GetEnumerator();
        if (!_steps.MoveNext())
        {
            Conclude();
            return false;
        }

        // A search may prefer another first step; the evaluation was in vain then.
        _next.Step = _steps.Current;
        return _steps.Current == trial.Step;
    }

    /// <summary>The search has ended.</summary>
    private void Conclude()
    {
        if (_line!.AcceptedStep is { } step)
        {
            bool isKnown = _isRepeated || step == _last.Step || (_line.Lowest is not null && step == _lowest.Step);
            if (!isKnown)
            {
                _isRepeated = true;
                _next.Step = step;
                return;
            }

            EvaluationScalars trial = _isRepeated || step == _last.Step ? _last : _lowest;
            if (trial.IsFinite)
            {
                Advance(trial);
                return;
            }
        }

        Fail(_line.Lowest is { } lowest && lowest.Value < Point.Value);
    }

    /// <summary>Moves to an accepted trial.</summary>
    private void Advance(EvaluationScalars trial)
    {
        SearchVerdict<HostScalar, HostTruth> verdict = Judge(trial, isAccepted: true, isFailed: false);
        MoveTo(trial, verdict);
        Finish(verdict, explained: false);
        Proceed();
    }

    /// <summary>After a search without an acceptable step: keeps what it gained, restarts from the steepest descent, or ends.</summary>
    private void Fail(bool lower)
    {
        SearchVerdict<HostScalar, HostTruth> verdict = Judge(lower ? _lowest : null, isAccepted: false, isFailed: true);
        if (lower)
            MoveTo(_lowest, verdict);
        else
            _numbers = verdict.Numbers;
        Finish(verdict, explained: true);
        if (!IsDone && verdict.Restarts.Value)
            _numbers.Restarts += 1;
        Proceed();
    }

    /// <summary>What the rules say of a search.</summary>
    /// <param name="trial">To which the member moves; null: it stays.</param>
    /// <param name="isAccepted">Whether the search accepted it; else it is lower only.</param>
    /// <param name="isFailed">Whether the search ended without an acceptable step.</param>
    private SearchVerdict<HostScalar, HostTruth> Judge(EvaluationScalars? trial, bool isAccepted, bool isFailed) => Rules.AfterSearch(
        _numbers,
        new SearchOutcome<HostScalar, HostTruth>
        {
            Accepted = isAccepted,
            Failed = isFailed,
            Lower = trial is not null && !isAccepted,
            Fresh = _isFresh,
            HasPair = trial is { } moved && HasPair(moved),
            HadPairs = Pairs > 0,
            IsLessNoisy = false,
            Step = trial?.Step ?? 0,
            Moved = trial?.Moved ?? 0,
            Slope = _slope,
            NewSlope = trial?.Slope ?? 0,
            Value = Point.Value,
            NewValue = trial?.Value ?? Point.Value,
            LowestBefore = _best.Value,
            Error = _consistency!.Noise,
        },
        settings.Limits);

    private bool HasPair(EvaluationScalars trial) =>
        Rules.HasPair(trial.Moved, trial.Step, trial.DirectionDotChange, _lengthSquared, trial.ChangeSquared);

    /// <summary>The factor that the losses of a step give the change of its gradient.</summary>
    private double FactorOf(EvaluationScalars trial, double formerValue) => Rules.FactorOfChange(
        formerValue - trial.Value, trial.Step * (_slope + trial.Slope), trial.Step * trial.DirectionDotChange,
        Rules.BandOfCurvature(trial.Value, _numbers, settings.Limits)).Value;

    /// <summary>Ends it for what the rules say, where nothing else has.</summary>
    private void Finish(SearchVerdict<HostScalar, HostTruth> verdict, bool explained)
    {
        RunEnd end = (RunEnd)(int)verdict.End.Value;
        if (end == RunEnd.None)
            return;
        (StopReason reason, string message) = Ends.Of(end, Point, _numbers, _options, verdict.PredictedDecrease);
        Finish((reason, explained ? $"{message} {SearchSentence.Of(_line!)}" : message));
    }

    /// <summary>Moves to a trial, learns its pair where it gives one, and judges it.</summary>
    private void MoveTo(EvaluationScalars trial, SearchVerdict<HostScalar, HostTruth> verdict)
    {
        bool hasPair = HasPair(trial);
        double formerValue = Point.Value;
        Point = trial;
        _numbers = verdict.Numbers;
        _next.Step = 0;
        _next.Move = trial.Step == _last.Step ? BatchMove.ToTrial : BatchMove.ToKept;
        _next.IsBest = trial.Value <= _best.Value;
        if (_next.IsBest)
            _best = trial;
        if (hasPair)
        {
            Slot = (Slot + 1) % settings.Memory;
            if (settings.FollowsSteps)
                Share = (int)Rules.NextShare(Share, Pairs > 0, trial.Step).Value;
            (_next.Learns, _next.Slot, _next.PairStep, _next.IsFirstPair, _next.Share) = (true, Slot, trial.Step, Pairs == 0, Share);
            _next.ChangeFactor = _options.UseLosses ? FactorOf(trial, formerValue) : 1;
            Pairs = Math.Min(Pairs + 1, settings.Memory);
        }

        Finish(Judge(trial, Iterations));
    }

    /// <summary>Takes the next direction, unless it has ended.</summary>
    private void Proceed()
    {
        if (!IsDone && Iterations >= _options.MaxIterations)
            Finish((StopReason.IterationLimit, RunLimits.Sentence(StopReason.IterationLimit, _options, Iterations, 0, Point.GradientMax)));
        if (IsDone)
            return;
        _opensLine = true;
        _isFresh = !(_numbers.KeepsMemory > 0);
        _next.Turn = _isFresh ? BatchTurn.Steepest : BatchTurn.Learnt;
        if (!_isFresh)
        {
            (_next.Step, _next.Decrease) = FirstTrial.Along(_numbers, settings.Search, _options.AdaptFirstTrial);
            return;
        }

        _next.Step = FirstSteepestStep();
        _next.Clears = Pairs > 0;
        (Pairs, Slot) = (0, -1);
    }

    private double FirstSteepestStep()
    {
        if (settings.HasScale)
            return settings.Search.FirstStep(_numbers.ShortStart);
        GradientSize gradient = new(
            Math.Sqrt(Point.GradientSquared), Point.GradientMax, Iterations == 0,
            () => throw new TfLbfgsException($"{settings.Search.GetType().Name}: expected a single vector, since the first step needs "
                + "the sum |g|_1, received a batch."));
        return settings.Search.FirstSteepestStep(gradient, Rules.FirstSteepestStep(Point.GradientSquared, _numbers.ShortStart));
    }

    /// <summary>Ends it for the first reason that is given.</summary>
    private void Finish((StopReason Reason, string Message)? end)
    {
        if (IsDone || end is not { } e)
            return;
        (Reason, Message) = e;
        // As long as its row is evaluated it stands where it ended.
        _next.Step = 0;
    }

    /// <summary>Whether a point is the end; its number is 0 for the start, which has no step to judge.</summary>
    private (StopReason, string)? Judge(EvaluationScalars point, int iteration)
    {
        if (!point.IsFinite)
            return Ends.BadStart(point.Value, point.GradientMax);
        StoppingMoment moment =
            new(new LbfgsProgress(iteration, Evaluations, point.Value, point.GradientMax, point.Step, 0) { Moved = point.Moved }, true,
            Evaluations, 0);
        StoppingVerdict? wanted = _wanted(moment);
        StoppingVerdict? change = _changes?.Invoke(moment);
        return (wanted ?? change) is { } verdict ? (verdict.Reason, verdict.Sentence(point.GradientMax)) : null;
    }
}
