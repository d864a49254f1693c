using TfLbfgs.Functions;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// What the managed and the compiled loop have in common: beginning and end of a run, its observers, and its result. All that outlives a
/// step is in the <see cref="LbfgsState"/>.
/// </summary>
internal abstract class RunDriver : IDisposable
{
    private readonly Objective _objective;
    private readonly Tensor[] _data;
    private bool _isHeard;

    /// <summary>Prepares a run, or its continuation; the state is borrowed.</summary>
    protected RunDriver(LbfgsState state, LbfgsOptions options, Objective objective)
    {
        _objective = objective;
        _data = [.. objective.Data];
        Options = options;
        State = state;
        state.Options = options;
        Listeners = new Listeners(options, state.Course, state.Seconds, objective.Layout, state.Tally);
        Stopping = new StoppingRules(options, Listeners, state, objective);
    }

    /// <summary>The options of the run.</summary>
    public LbfgsOptions Options { get; }

    /// <summary>What was traced for the run: another one needs another driver.</summary>
    public abstract object Kernel { get; }

    /// <summary>How the objective is run, in words, for the report.</summary>
    public abstract string ExecutionText { get; }

    /// <summary>The best point so far, also after an exception; null before the first evaluation.</summary>
    public Tensor? BestPosition => (Stopping.Restored ?? State.Best)?.Position;

    protected LbfgsState State { get; }

    protected Listeners Listeners { get; }

    protected StoppingRules Stopping { get; }

    protected Trial Point => State.Point;

    /// <summary>Evaluates the start.</summary>
    /// <param name="start">Shape [n]; borrowed.</param>
    /// <param name="iterations">How many accepted iterations may be made at once with it, at least 0.</param>
    /// <param name="cancellation">Not asked before the start is evaluated.</param>
    public void Begin(Tensor start, int iterations, CancellationToken cancellation)
    {
        Stopping.Cancellation = cancellation;
        Start();
        try
        {
            EvaluateStart(start, iterations);
        }
        catch (CompilationCancelledException)
        {
            TakeStart(EvaluateUncompiled(start));
            State.End = Limit();
        }

        State.Seconds = Listeners.Seconds;
    }

    /// <summary>
    /// Goes on for as many accepted iterations as the driver makes between two looks at the host, but no more than are asked for.
    /// </summary>
    /// <param name="iterations">The most, at least 1.</param>
    /// <param name="cancellation">Ends the run within one evaluation, or one block.</param>
    /// <returns>Whether the run goes on.</returns>
    public bool Step(int iterations, CancellationToken cancellation)
    {
        Stopping.Cancellation = cancellation;
        if (!_isHeard)
            Continue();
        if (State.End is
            {
                Reason: StopReason.IterationLimit or StopReason.EvaluationLimit or StopReason.TimeLimit
            or StopReason.Cancelled
            })
            State.End = null;
        if (State.End is not null)
            return false;
        try
        {
            Advance(iterations);
        }
        catch (CompilationCancelledException)
        {
            State.End = Limit();
        }

        State.Seconds = Listeners.Seconds;
        return State.End is null;
    }

    /// <summary>Whether the objective has other data than when the driver took the state.</summary>
    public bool HasOtherData(IReadOnlyList<Tensor> data) => !_data.SequenceEqual(data);

    /// <summary>
    /// Refuses a memory that is none of this method, and evaluates the point of the state once more, which is counted nowhere.
    /// </summary>
    /// <returns>What is another than the state says, in a sentence; null: nothing.</returns>
    /// <exception cref="TfLbfgsException">The memory does not fit.</exception>
    public string? Difference()
    {
        (double loss, double moved) = EvaluateAgain();
        if (moved > 0)
            return FormattableString.Invariant(
                $"expected bounds that leave the point of the state where it is, received some that move it by {moved:G3}");
        if (!ResumedLoss.Differs(Point.Value, loss, State.InitialLoss, State.Identity.DType, State.ErrorOf(Point.Value)))
            return null;
        return FormattableString.Invariant(
            $"expected the loss {Point.Value:R} at its point after {State.Iterations} iterations, received {loss:R} from the objective: its data, its loss or its scaling are others");
    }

    /// <summary>Goes on from the point of the state with the present data and the pairs as they are.</summary>
    /// <returns>False where the driver cannot: the run begins anew then.</returns>
    public virtual bool TryEvaluateAnew() => false;

    /// <summary>Notifies the observers that the run is over.</summary>
    /// <param name="result">Null after an exception.</param>
    public void End(LbfgsResult? result)
    {
        _isHeard = false;
        Listeners.End(result);
    }

    /// <summary>The result so far; the state stays as it is.</summary>
    public LbfgsResult Result()
    {
        (StopReason reason, string message) = State.End
            ?? (StopReason.Stopped,
            FormattableString.Invariant($"Ended by the caller after {State.Iterations} iterations; max |g| = {Point.GradientMax:G4}."));
        // A point that converged may lie above the lowest one by less than the rounding of the loss: it is the better one then.
        Trial end = reason == StopReason.Converged && Point.Value <= State.Best!.Value + State.Band ? Point : State.Best!;
        if (reason == StopReason.Converged && end != Point)
            message += FormattableString.Invariant($" The point returned has a lower loss, {end.Value:G6}, and max |g| = {end.GradientMax:G4}.");
        end = Stopping.Restored ?? end;
        Tensor position = end.Position.Alias();
        Tensor gradient = end.Gradient.Alias();
        TensorScope.Register(position);
        TensorScope.Register(gradient);
        (Tensor Steps, Tensor Changes)? pairs = Options.ReturnPairs ? Pairs() : null;
        Tensor? inverseHessian = Options.ReturnInverseHessian ? InverseHessian() : null;
        // The objective alone: a result must not hold its driver.
        Objective objective = _objective;
        RunTally tally = State.Tally;
        bool hasValidation = Options.Validation is not null && State.Validated is not null;
        return new LbfgsResult
        {
            Position = position,
            Gradient = gradient,
            Loss = end.Value,
            InitialLoss = State.InitialLoss,
            GradientNorm = end.GradientMax,
            Reason = reason,
            Message = message + Remark(),
            Iterations = State.Iterations,
            Evaluations = State.Evaluations,
            Reads = State.Reads + State.ValidationReads + tally.OtherReads,
            BytesRead = tally.BytesRead,
            SkippedPairs = tally.SkippedPairs,
            CallSeconds = tally.CallSeconds > 0 ? tally.CallSeconds : double.NaN,
            TracingSeconds = tally.CallSeconds > 0 ? tally.TracingSeconds : double.NaN,
            WorkerSeconds = tally.WorkerSecondsOrNaN,
            NetworkSeconds = tally.NetworkSecondsOrNaN,
            Spectrum = tally.Curvatures.Spectrum(),
            Noise = tally.Noise,
            SearchFailure = State.SearchFailure,
            PositionDeltas = pairs?.Steps,
            GradientDeltas = pairs?.Changes,
            InverseHessian = inverseHessian,
            ProductAt = (at, vector) => ObjectiveHessian.Product(objective, at, vector),
            HessianAt = at => ObjectiveHessian.Whole(objective, at),
            Restarts = State.Restarts,
            FailedSearches = State.FailedSearches,
            Seconds = State.Seconds,
            History = [.. State.Course],
            ValidationLoss = hasValidation ? State.ValidationLoss : null,
            ValidationIteration = hasValidation ? State.ValidationIteration : null,
        };
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Stopping.Dispose();
        Listeners.Dispose();
    }

    /// <summary>The pairs in memory, the oldest first; null where the direction keeps none, or they are not at hand.</summary>
    protected virtual (Tensor Steps, Tensor Changes)? Pairs() => null;

    /// <summary>The inverse Hessian with all pairs learnt, owned by the caller; null where the direction keeps none.</summary>
    protected virtual Tensor? InverseHessian() => null;

    /// <summary>What the message of a result says besides.</summary>
    protected virtual string Remark() => Stopping.Remark();

    /// <summary>Loss at the point of the state, and how far bounds move it.</summary>
    protected abstract (double Loss, double Moved) EvaluateAgain();

    /// <summary>Evaluates the start and judges it; may make iterations as well where that saves a call.</summary>
    protected abstract void EvaluateStart(Tensor start, int iterations);

    /// <summary>Makes at least one accepted iteration and at most as many as said, or sets the end.</summary>
    protected abstract void Advance(int iterations);

    /// <summary>Takes the evaluated start, which it owns from here on, and judges it.</summary>
    protected abstract void TakeStart(Trial trial);

    /// <summary>Whether a limit forbids to go on.</summary>
    protected (StopReason, string)? Limit() => Stopping.Limit(State.Iterations, State.Evaluations, Point.GradientMax);

    /// <summary>The start by the executor: a run that was cancelled while XLA compiled has a result too.</summary>
    private Trial EvaluateUncompiled(Tensor start)
    {
        using LbfgsKernel kernel =
            new(_objective, new PairHistory(1, _objective.Count, _objective.DType, InverseScaling.Scalar),
            Execution.Traced)
            { Bounds = Options.Bounds };
        using Tensor zeros = RawOps.ZerosLike(start);
        return kernel.Evaluate(start, zeros, zeros, 0);
    }

    /// <summary>Notifies the observers that a run begins.</summary>
    private void Start()
    {
        _isHeard = true;
        Listeners.Start(State.Identity.Count);
    }

    /// <summary>Goes on with a state that another run left: an end that the options no longer ask for is none.</summary>
    private void Continue()
    {
        Start();
        if (State.End is not null and not
            {
                Reason: StopReason.Stalled or StopReason.WorkingPrecision or StopReason.BadStart
            or StopReason.LineSearchFailed
            })
            State.End = Stopping.Judge(Point, State.Course[^1]);
    }
}
