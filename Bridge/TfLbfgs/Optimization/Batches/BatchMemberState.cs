namespace TfLbfgs.Optimization;

/// <summary>
/// One member of a batch: the decisions of the default driver, as a machine that is told what an evaluation found and says what it wants next (<see cref="Next"/>). Scalars only; the vectors stay on the device.
/// Members do not wait for each other: one may search a step while another takes its next direction.
/// </summary>
internal sealed class BatchMemberState(BatchSettings settings) : IDisposable
{
    private readonly LbfgsOptions _options = settings.Options;
    private readonly Func<StoppingMoment, StoppingVerdict?> _wanted = StoppingRules.Wanted(settings.Options).Begin();
    private readonly Func<StoppingMoment, StoppingVerdict?>? _changes = StoppingRules.Changes(settings.Options)?.Begin();
    private BatchCommand _next;
    private Line? _line;
    private IEnumerator<double>? _steps;
    private MemberTrial _last;
    private MemberTrial _lowest;
    private MemberTrial _best;
    private bool _opensLine;
    private bool _isFresh;
    private bool _isRepeated;
    private bool _keepsMemory;
    private double _slope;
    private double _lengthSquared;
    private double _shortStart = 1;
    private double _firstStep = 1;
    private int _failsInRow;
    private int _floor;
    private int _unchanged;

    /// <summary>What it wants of the next round.</summary>
    public BatchCommand Next => _next;

    /// <summary>Where it stands.</summary>
    public MemberTrial Point { get; private set; }

    /// <summary>The loss at its start.</summary>
    public double InitialValue { get; set; }

    /// <summary>Why it ended; null: it has not.</summary>
    public StopReason? Reason { get; private set; }

    /// <summary>Why it ended, in a sentence.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Whether it has ended.</summary>
    public bool IsDone => Reason is not null;

    /// <summary>Whether it ended by a tolerance or the target.</summary>
    public bool IsConverged => Reason is StopReason.Converged or StopReason.TargetReached or StopReason.PositionTolerance or StopReason.LossTolerance;

    /// <summary>Whether it ended badly.</summary>
    public bool IsFailed => Reason is StopReason.BadStart or StopReason.Stalled or StopReason.LineSearchFailed;

    /// <summary>Whether the last thing that it was told moved it.</summary>
    public bool HasMoved => _next.Move != BatchMove.None;

    /// <summary>Whether its result is its best point; else it is the last one, which converged and lies above the best by rounding only.</summary>
    public bool EndsAtBest => !(Reason == StopReason.Converged && Point.Value <= _best.Value + Band);

    /// <summary>The point of its result.</summary>
    public MemberTrial End => EndsAtBest ? _best : Point;

    /// <summary>Pairs that it remembers.</summary>
    public int Pairs { get; private set; }

    /// <summary>The slot of the youngest pair.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>The share of the geometric length in that of its D: see <see cref="LengthShare"/>.</summary>
    public int Share { get; private set; } = LengthShare.Whole;

    /// <summary>Accepted iterations.</summary>
    public int Iterations { get; private set; }

    /// <summary>Its evaluations.</summary>
    public int Evaluations { get; private set; }

    /// <summary>How often it forgot its pairs.</summary>
    public int Restarts { get; private set; }

    /// <summary>Searches without an acceptable step.</summary>
    public int FailedSearches { get; private set; }

    private double PredictedDecrease => -_slope / 2;

    private double Band => LbfgsState.NoiseInUlps * settings.Epsilon * Math.Abs(Point.Value);

    /// <summary>Takes over what an earlier run knew, before <see cref="Start"/>.</summary>
    public void Resume(int pairs, int share, int iterations, int evaluations)
    {
        (Pairs, Slot, Share, Iterations, Evaluations) = (pairs, pairs - 1, share, iterations, evaluations);
        _keepsMemory = pairs > 0;
    }

    /// <summary>Takes the evaluation of its start.</summary>
    public void Start(MemberTrial trial)
    {
        Evaluations++;
        _last = _best = Point = trial;
        _next = new BatchCommand { Move = BatchMove.ToTrial, IsBest = true };
        Finish(Judge(trial, 0));
        Proceed();
    }

    /// <summary>Takes what the evaluation of <see cref="Next"/> found.</summary>
    public void Take(MemberTrial trial)
    {
        _next = default;
        _last = trial;
        Evaluations++;
        if (_opensLine && !TryOpenLine(trial))
            return;
        _line!.Tell(trial.Point);
        if (_line.Lowest == trial.Point)
        {
            _lowest = trial;
            _next.Keeps = true;
        }

        if (trial.IsFinite && trial.Value <= _options.TargetLoss && trial.Value < Point.Value)
            MoveTo(trial, keepsMemoryWithoutPair: false);
        else if (!_isRepeated && _steps!.MoveNext())
            _next.Step = _steps.Current;
        else
            Conclude();
    }

    /// <summary>Ends it because of something else than itself; what its search gained is kept.</summary>
    public void Interrupt(StopReason reason, Func<MemberTrial, string> message)
    {
        if (!_opensLine && _line?.Lowest is { } lowest && lowest.Value < Point.Value)
            MoveTo(_lowest, keepsMemoryWithoutPair: false);
        if (!IsDone)
            Finish((reason, message(Point)));
    }

    /// <summary>Takes note that moves and pairs were settled outside a round.</summary>
    public void Settled() => _next = _next.Rest;

    /// <inheritdoc/>
    public void Dispose() => _steps?.Dispose();

    /// <summary>Opens the search along a new direction, whose slope is known only now; false: nothing is to be told to it yet.</summary>
    private bool TryOpenLine(MemberTrial trial)
    {
        _opensLine = false;
        (_slope, _lengthSquared) = (trial.StartSlope, trial.DirectionSquared);
        if (!_isFresh && !IsDescent(trial))
        {
            Restarts++;
            _keepsMemory = false;
            Proceed();
            return false;
        }

        _line = new Line(new LinePoint(0, Point.Value, _slope), trial.Step, Band, _options);
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

            MemberTrial trial = _isRepeated || step == _last.Step ? _last : _lowest;
            if (trial.IsFinite)
            {
                Advance(trial);
                return;
            }
        }

        Fail(_line.Lowest is { } lowest && lowest.Value < Point.Value);
    }

    /// <summary>Moves to an accepted trial.</summary>
    private void Advance(MemberTrial trial)
    {
        _shortStart = 1;
        _firstStep = _isFresh ? 1 : Math.Min(1, LbfgsDriver.GrowthOfFirstStep * trial.Step);
        double decrease = Point.Value - trial.Value;
        if (decrease > Band)
            _failsInRow = 0;
        _floor = Math.Abs(decrease) <= Band && PredictedDecrease <= 10 * Band ? _floor + 1 : 0;
        _unchanged = decrease == 0 ? _unchanged + 1 : 0;
        MoveTo(trial, keepsMemoryWithoutPair: true);
        if (trial.Moved == 0)
            Finish(Ends.NotMoved(trial.GradientMax));
        else if (_floor >= LbfgsDriver.FloorIterations)
            Finish(Ends.Floor(trial.GradientMax));
        else if (_unchanged >= LbfgsDriver.FloorIterations)
            Finish(Ends.Unchanged(trial.Value, trial.GradientMax));
        Proceed();
    }

    /// <summary>After a search without an acceptable step: keeps what it gained, restarts from the steepest descent, or ends.</summary>
    private void Fail(bool lower)
    {
        (double value, double band) = (Point.Value, Band);
        if (lower)
            MoveTo(_lowest, keepsMemoryWithoutPair: false);
        FailedSearches++;
        _failsInRow = Point.Value < value - 10 * band ? 0 : _failsInRow + 1;
        if (!lower && !_isFresh && PredictedDecrease <= settings.Epsilon * Math.Abs(value))
            Finish(Explained(Ends.Predicted(Point.GradientMax, PredictedDecrease)));
        else if (_failsInRow > _options.MaxRestarts || (_isFresh && !lower && _failsInRow > 1))
            Finish(Explained(Ends.Failures(Point.GradientMax, _failsInRow)));
        if (_isFresh && !lower)
            _shortStart *= 1e-3;
        _keepsMemory &= lower;
        if (!_keepsMemory)
            Restarts++;
        Proceed();
    }

    /// <summary>Moves to a trial, decides whether its pair is learnt, and judges it.</summary>
    private void MoveTo(MemberTrial trial, bool keepsMemoryWithoutPair)
    {
        Point = trial;
        Iterations++;
        _next.Step = 0;
        _next.Move = trial.Step == _last.Step ? BatchMove.ToTrial : BatchMove.ToKept;
        _next.IsBest = trial.Value <= _best.Value;
        if (_next.IsBest)
            _best = trial;
        double lengths = Math.Sqrt(_lengthSquared) * trial.Step * Math.Sqrt(trial.ChangeSquared);
        bool hasPair = trial.Moved > 0 && trial.Step * trial.DirectionDotChange > LbfgsDriver.CurvatureOfPairs * lengths;
        _keepsMemory = hasPair || (keepsMemoryWithoutPair && Pairs > 0);
        if (hasPair)
        {
            Slot = (Slot + 1) % settings.Memory;
            if (settings.FollowsSteps)
                Share = LengthShare.Next(Share, Pairs == 0, trial.Step);
            (_next.Learns, _next.Slot, _next.PairStep, _next.IsFirstPair, _next.Share) = (true, Slot, trial.Step, Pairs == 0, Share);
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
        _isFresh = !_keepsMemory;
        _next.Turn = _isFresh ? BatchTurn.Steepest : BatchTurn.Learnt;
        _next.Step = settings.Search.FirstStep(!_isFresh ? _firstStep : settings.HasScale ? _shortStart : Math.Min(1, 1 / Math.Sqrt(Point.GradientSquared)) * _shortStart);
        if (!_isFresh)
            return;
        _next.Clears = Pairs > 0;
        (Pairs, Slot) = (0, -1);
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
    private (StopReason, string)? Judge(MemberTrial point, int iteration)
    {
        if (!point.IsFinite)
            return Ends.BadStart(point.Value, point.GradientMax);
        StoppingMoment moment = new(new LbfgsProgress(iteration, Evaluations, point.Value, point.GradientMax, point.Step, 0) { Moved = point.Moved }, true, Evaluations, 0);
        StoppingVerdict? wanted = _wanted(moment);
        StoppingVerdict? change = _changes?.Invoke(moment);
        return (wanted ?? change) is { } verdict ? (verdict.Reason, verdict.Sentence(point.GradientMax)) : null;
    }

    private (StopReason, string) Explained((StopReason Reason, string Message) end) => (end.Reason, $"{end.Message} {SearchSentence.Of(_line!)}");

    private bool IsDescent(MemberTrial trial) => double.IsFinite(trial.StartSlope) && double.IsFinite(trial.DirectionSquared) && trial.StartSlope < 0
        && Math.Abs(trial.StartSlope) >= 1e-16 * Math.Sqrt(trial.DirectionSquared) * Math.Sqrt(Point.GradientSquared);
}
