using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>What the managed and the compiled loop have in common: beginning and end of a run, who hears of it, and its result. All that outlives a step is in the <see cref="LbfgsState"/>.</summary>
internal abstract class RunDriver : IDisposable
{
    private bool _isHeard;

    /// <summary>Prepares a run, or its continuation; the state is borrowed.</summary>
    protected RunDriver(LbfgsState state, LbfgsOptions options)
    {
        Options = options;
        State = state;
        Listeners = new Listeners(options, state.Course, state.Seconds);
        Rules = new StoppingRules(options, Listeners, state);
    }

    /// <summary>The options of the run.</summary>
    public LbfgsOptions Options { get; }

    /// <summary>What was traced for the run: another one needs another driver.</summary>
    public abstract object Kernel { get; }

    /// <summary>The best point so far, also after an exception; null before the first evaluation.</summary>
    public Tensor? BestPosition => (Rules.Restored ?? State.Best)?.Position;

    protected LbfgsState State { get; }

    protected Listeners Listeners { get; }

    protected StoppingRules Rules { get; }

    protected Trial Point => State.Point;

    /// <summary>Evaluates the start.</summary>
    /// <param name="start">Shape [n]; borrowed.</param>
    /// <param name="cancellation">Not asked before the start is evaluated.</param>
    public void Begin(Tensor start, CancellationToken cancellation)
    {
        Rules.Cancellation = cancellation;
        Start();
        EvaluateStart(start);
        State.Seconds = Listeners.Seconds;
    }

    /// <summary>Goes on for as many accepted iterations as the driver makes between two looks at the host, but no more than are asked for.</summary>
    /// <param name="iterations">The most, at least 1.</param>
    /// <param name="cancellation">Ends the run within one evaluation, or one block.</param>
    /// <returns>Whether the run goes on.</returns>
    public bool Step(int iterations, CancellationToken cancellation)
    {
        Rules.Cancellation = cancellation;
        if (!_isHeard)
            Continue();
        if (State.End is { Reason: StopReason.IterationLimit or StopReason.EvaluationLimit or StopReason.TimeLimit or StopReason.Cancelled })
            State.End = null;
        if (State.End is not null)
            return false;
        Advance(iterations);
        State.Seconds = Listeners.Seconds;
        return State.End is null;
    }

    /// <summary>Tells those who listen that the run is over.</summary>
    /// <param name="result">Null after an exception.</param>
    public void End(LbfgsResult? result)
    {
        _isHeard = false;
        Listeners.End(result);
    }

    /// <summary>The result so far; the state stays as it is.</summary>
    public LbfgsResult Result()
    {
        (StopReason reason, string message) = State.End ?? (StopReason.Stopped, FormattableString.Invariant($"Ended by the caller after {State.Iterations} iterations; max |g| = {Point.GradientMax:G4}."));
        // A point that converged may lie above the lowest one by less than the rounding of the loss: it is the better one then.
        Trial end = reason == StopReason.Converged && Point.Value <= State.Best!.Value + State.Band ? Point : State.Best!;
        end = Rules.Restored ?? end;
        Tensor position = end.Position.Alias();
        Tensor gradient = end.Gradient.Alias();
        TensorScope.Register(position);
        TensorScope.Register(gradient);
        bool hasValidation = Options.Validation is not null && State.Validated is not null;
        return new LbfgsResult
        {
            Position = position,
            Gradient = gradient,
            Loss = end.Value,
            InitialLoss = State.InitialLoss,
            GradientNorm = end.GradientMax,
            Reason = reason,
            Message = message + Rules.Remark(),
            Iterations = State.Iterations,
            Evaluations = State.Evaluations,
            Reads = State.Reads + State.ValidationReads,
            Restarts = State.Restarts,
            FailedSearches = State.FailedSearches,
            Seconds = State.Seconds,
            History = [.. State.Course],
            ValidationLoss = hasValidation ? State.ValidationLoss : null,
            ValidationIteration = hasValidation ? State.ValidationIteration : null,
        };
    }

    /// <inheritdoc/>
    public virtual void Dispose() => Rules.Dispose();

    /// <summary>Evaluates the start and judges it.</summary>
    protected abstract void EvaluateStart(Tensor start);

    /// <summary>Makes at least one accepted iteration and at most as many as said, or sets the end.</summary>
    protected abstract void Advance(int iterations);

    /// <summary>Whether a limit forbids to go on.</summary>
    protected (StopReason, string)? Limit() => Rules.Limit(State.Iterations, State.Evaluations, Point.GradientMax);

    /// <summary>Tells those who listen that a run begins.</summary>
    private void Start()
    {
        _isHeard = true;
        Listeners.Start(State.Identity.Count);
    }

    /// <summary>Goes on with a state that another run left: an end that the options no longer ask for is none.</summary>
    private void Continue()
    {
        Start();
        if (State.End is not null and not { Reason: StopReason.Stalled or StopReason.WorkingPrecision or StopReason.BadStart or StopReason.LineSearchFailed })
            State.End = Rules.Judge(Point, State.Course[^1]);
    }
}
