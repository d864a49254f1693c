using System.Diagnostics;
using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The device side of a minimization: the functions that an iteration calls, and the history. Every call is one evaluation of the objective
/// and one read of its scalars, packed as float64.
/// Serves any number of minimizations, one at a time; what was traced is kept.
/// </summary>
internal sealed class LbfgsKernel : IDisposable
{
    private readonly Objective _objective;
    private readonly ExecutionPlan _plan;
    private readonly HostPairs? _host;
    private readonly Function? _evaluate;
    private readonly OperationNames _operations = new();

    /// <summary>The first trial along a direction that was computed apart; null where both are one call.</summary>
    private readonly Function? _first;

    /// <summary>By the stage of the direction: each is other code.</summary>
    private readonly Dictionary<int, (Function Advance, Function Proceed)> _stages = [];
    private readonly ScaledDirection? _scaled;
    private LbfgsState? _holder;

    /// <summary>The direction of a pair that was learnt where the evaluation along it failed; null: it did not.</summary>
    private Tensor? _interrupted;
    private long _callBegan;
    private int _tracesBefore;

    /// <summary>Prepares the functions, which are traced at their first call; takes over the direction.</summary>
    public LbfgsKernel(Objective objective, IDirection direction, Execution execution)
    {
        _objective = objective;
        Direction = direction;
        _scaled = direction as ScaledDirection;
        Execution = execution;
        _plan = ExecutionPlan.ForCalls(execution);
        _host = direction as HostPairs;
        _evaluate = objective.IsHostDriven ? null : _plan.Function(_host is null ? Evaluate : EvaluateAlone, "lbfgs_evaluate");
        _first = IsApart && _host is null && !objective.IsHostDriven ? _plan.Function(EvaluateFirst, "lbfgs_first") : null;
    }

    /// <summary>What is minimized; borrowed.</summary>
    public Objective Objective => _objective;

    /// <summary>How it runs the objective.</summary>
    public Execution Execution { get; }

    /// <summary>The names of the ops of loss and gradient; empty before they are traced.</summary>
    public IReadOnlyCollection<string> Operations => _operations.Names;

    /// <summary>What turns gradients into directions.</summary>
    public IDirection Direction { get; }

    /// <summary>
    /// The box to stay in, of the run that is served next; null: none. With one, the gradient's numbers of a trial are those of the
    /// projected gradient, slopes those of the projection arc.
    /// </summary>
    public Bounds? Bounds { get; set; }

    /// <summary>Abandons a call that compiles; never one that runs.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>
    /// Whether a call that changes what was learnt was abandoned: it goes on in the background, so the kernel serves no further run.
    /// </summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Whether a pair was learnt, and the evaluation after it failed.</summary>
    public bool IsInterrupted => _interrupted is not null;

    /// <summary>What every function takes after its own arguments: the bounds, and the data of the objective.</summary>
    private Tensor[] Common => Bounds is { } bounds ? [bounds.Lower, bounds.Upper, .. _objective.Data] : [.. _objective.Data];

    private int CommonCount => _objective.Data.Count + BoundsCount;

    private int BoundsCount => Bounds is null ? 0 : 2;

    /// <summary>The end of what a function of a direction takes.</summary>
    private Tensor[] CommonOfDirection => !IsApart ? Common : Bounds is { } bounds ? [bounds.Lower, bounds.Upper] : [];

    /// <summary>
    /// Whether directions are computed by calls of their own: an evaluation that uses several devices may fail and be repeated, and what
    /// was learnt must not be learnt again;
    /// and one that is driven by the host is part of no trace.
    /// </summary>
    private bool IsApart => _objective.UsesSeveralDevices || _objective.IsHostDriven;

    /// <summary>Evaluates at <c>position + step * direction</c>.</summary>
    /// <param name="position">x, shape [n].</param>
    /// <param name="gradient">The gradient there, shape [n]; zeros for the first evaluation.</param>
    /// <param name="direction">d, shape [n].</param>
    /// <param name="step">The step along d.</param>
    public Trial Evaluate(Tensor position, Tensor gradient, Tensor direction, double step)
    {
        if (_host is not null)
            return EvaluateOnHost(position, gradient, direction, step);
        using TensorScope scope = new();
        Tensor[] outputs = CallEvaluation(_evaluate, Evaluate, [position, gradient, direction, Tensor.Scalar(step), .. Common]);
        return TrialOf(scope, outputs, new FirstTrial(step, double.PositiveInfinity));
    }

    /// <summary>Learns the pair of the step that led to a point, computes the next direction there, and evaluates along it.</summary>
    /// <param name="point">The point, whose step has a pair.</param>
    /// <param name="former">The gradient before that step, shape [n].</param>
    /// <param name="direction">The direction of that step.</param>
    /// <param name="factor">See <see cref="ScalarsOf"/>.</param>
    /// <param name="first">The first step along the next direction.</param>
    /// <returns>The direction and the trial along it, owned by the caller.</returns>
    public (DirectionStep Direction, Trial Trial) Advance(Trial point, Tensor former, DirectionStep direction, double factor,
        FirstTrial first)
    {
        if (_host is not null)
            return AdvanceOnHost(point, former, direction, factor, first);
        if (!_plan.IsCompiled || !Cancellation.CanBeCanceled || Functions is not { Advance.TraceCount: 0 })
            return AdvanceBy(point, former, direction, factor, first);
        // What was learnt before, in case that the call is abandoned.
        IReadOnlyList<Tensor> before = Direction.Export();
        try
        {
            return AdvanceBy(point, former, direction, factor, first);
        }
        catch (CompilationCancelledException) when (_holder is { } holder)
        {
            Forget(holder);
            holder.Memory = before;
            before = [];
            IsAbandoned = true;
            throw;
        }
        finally
        {
            foreach (Tensor tensor in before)
                tensor.Dispose();
        }
    }

    private (DirectionStep Direction, Trial Trial) AdvanceBy(Trial point, Tensor former, DirectionStep direction, double factor,
        FirstTrial first)
    {
        using TensorScope scope = new();
        Tensor[] own = Direction.Reserve(ScalarsOf(point, direction, factor));
        Tensor length = StepArgument(point.Step, factor);
        Tensor[] inputs = [point.Position, point.Gradient, former, direction.Direction, length, Argument(first), .. own,
            .. CommonOfDirection];
        if (_plan.IsCompiled)
        {
            (inputs[2], inputs[3]) = Pair(inputs, IsApart ? BoundsCount : CommonCount);
            Direction.Store(inputs[2], inputs[3], own);
        }

        if (!IsApart)
            return Along(scope, CallEvaluation(Functions?.Advance, Advance, inputs), first);
        Tensor next = Call(Functions?.Advance, Learn, inputs)[0];
        try
        {
            return Along(scope, CallFirst(point, next, first), first);
        }
        catch
        {
            _interrupted = next.Alias();
            throw;
        }
    }

    private (DirectionStep Direction, Trial Trial) AdvanceOnHost(Trial point, Tensor former, DirectionStep direction, double factor,
        FirstTrial first)
    {
        Tensor next = _host!.Learn(ScalarsOf(point, direction, factor), factor, direction.Direction, point.Gradient, former);
        try
        {
            return AlongOnHost(point, next, first);
        }
        catch
        {
            _interrupted = next;
            throw;
        }
    }

    /// <summary>The direction of a pair that was learnt where the evaluation along it failed, owned by the caller from now on.</summary>
    public Tensor TakeInterrupted()
    {
        Tensor direction = _interrupted!;
        _interrupted = null;
        return direction;
    }

    /// <summary>Evaluates along the direction of a pair that was learnt before.</summary>
    /// <param name="point">The point.</param>
    /// <param name="direction">The direction, from <see cref="TakeInterrupted"/>; borrowed.</param>
    /// <param name="first">The first step along it.</param>
    /// <returns>The direction and the trial along it, owned by the caller.</returns>
    public (DirectionStep Direction, Trial Trial) Resume(Trial point, Tensor direction, FirstTrial first)
    {
        if (_host is not null)
            return OnHost(point, direction.Alias(), first);
        // Of an objective over several devices, that this one replaces.
        if (!IsApart)
            return Proceed(point, first);
        using TensorScope scope = new();
        Tensor next = direction.Alias();
        TensorScope.Register(next);
        return Along(scope, CallFirst(point, next, first), first);
    }

    /// <summary>Evaluates the first trial along a direction; the result has taken it over, a failure has not.</summary>
    private (DirectionStep Direction, Trial Trial) AlongOnHost(Trial point, Tensor direction, FirstTrial first)
    {
        double step = double.IsPositiveInfinity(first.Decrease) ? first.Step
            : first.At(HostVectors.Dot(point.Gradient, direction));
        Trial trial = EvaluateOnHost(point.Position, point.Gradient, direction, step);
        return (new DirectionStep(direction, trial.Scalars.StartSlope, trial.Scalars.DirectionSquared), trial);
    }

    /// <summary>Evaluates the first trial along a direction, which it takes over.</summary>
    private (DirectionStep Direction, Trial Trial) OnHost(Trial point, Tensor direction, FirstTrial first)
    {
        try
        {
            return AlongOnHost(point, direction, first);
        }
        catch
        {
            direction.Dispose();
            throw;
        }
    }

    /// <summary>Evaluates with one call that takes the point and gives loss and gradient, of which the loss is read.</summary>
    private Trial EvaluateOnHost(Tensor position, Tensor gradient, Tensor direction, double step)
    {
        (Tensor next, double moved) = HostEvaluation.Move(position, direction, step);
        try
        {
            using TensorScope scope = new();
            Tensor[] outputs = CallEvaluation(_evaluate, EvaluateAlone, [next, .. _objective.Data]);
            double[] numbers = outputs[0].ToArray<double>();
            Book(numbers);
            Measured(numbers.AsSpan(1));
            _objective.OnEvaluated(numbers[0]);
            EvaluationScalars scalars = HostEvaluation.Measure(step, numbers[0], moved, outputs[1], gradient, direction);
            // Code that runs at once may hand back its argument or a tensor of its own.
            return new Trial(next, outputs[1].Alias(), scalars);
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    /// <summary>The scalars of the pair of a step.</summary>
    /// <param name="point">The point that the step led to.</param>
    /// <param name="direction">The direction of the step.</param>
    /// <param name="factor">That of the change of the gradient, see <see cref="IterationRules{T, B}.FactorOfChange"/>.</param>
    public static PairScalars ScalarsOf(Trial point, DirectionStep direction, double factor) => new(
        factor * point.Step * point.Scalars.DirectionDotChange, point.Step * point.Step * direction.LengthSquared,
        factor * factor * point.Scalars.ChangeSquared, point.Step * direction.Slope, point.Step);

    /// <summary>Computes the next direction at a point without a new pair, and evaluates along it.</summary>
    /// <param name="point">The point.</param>
    /// <param name="first">The first step along the direction.</param>
    /// <returns>The direction and the trial along it, owned by the caller.</returns>
    public (DirectionStep Direction, Trial Trial) Proceed(Trial point, FirstTrial first)
    {
        if (_host is not null)
            return OnHost(point, _host.Apply(point.Gradient, []), first);
        using TensorScope scope = new();
        Tensor[] inputs = [point.Position, point.Gradient, Argument(first), .. Direction.Arguments(), .. CommonOfDirection];
        return Along(scope, IsApart ? CallFirst(point, Call(Functions?.Proceed, Apply, inputs)[0], first)
            : CallEvaluation(Functions?.Proceed, Proceed, inputs), first);
    }

    /// <summary>Finds the sizes of the variables for a run, where it is to be scaled.</summary>
    /// <param name="start">x, shape [n].</param>
    /// <param name="scaling">The scaling; null: none.</param>
    /// <param name="evaluated">Receives the evaluations that this takes.</param>
    public void Scale(Tensor start, BlockScaling? scaling, Action<Trial> evaluated)
    {
        if (_scaled is null || scaling is null)
            return;
        using TensorScope scope = new();
        Tensor zeros = RawOps.ZerosLike(start);
        _scaled.Set(RawOps.OnesLike(start));
        _scaled.Set(scaling.Sizes(_objective.Layout, start, (h, step) =>
        {
            Trial trial = Evaluate(start, zeros, h, step);
            evaluated(trial);
            return trial.Gradient;
        }));
    }

    /// <summary>
    /// The direction of steepest descent at a point, owned by the caller: in the scaled variables where there are some; with bounds that of
    /// the components which are not held.
    /// </summary>
    public DirectionStep SteepestDescent(Trial point)
    {
        using TensorScope scope = new();
        Tensor gradient = Bounds is not null ? Box(Common).Reduce(point.Position, point.Gradient) : _scaled is null ? point.Gradient
            : _scaled.Factors * _scaled.Factors * point.Gradient;
        return new DirectionStep(scope.Keep(RawOps.Neg(gradient)), -point.GradientSquared, point.GradientSquared);
    }

    /// <summary>Lets a run use the history: that of another one is put aside, its own brought back.</summary>
    public void Attach(LbfgsState state)
    {
        if (_holder == state)
            return;
        // Of another minimizer, which may still be in use.
        state.Kernel?.Release(state);
        PutAside();
        if (state.Memory is { } memory)
        {
            Direction.Import(memory);
            foreach (Tensor tensor in memory)
                tensor.Dispose();
            state.Memory = null;
        }
        else
        {
            Direction.Reset();
        }

        state.Kernel = this;
        _holder = state;
    }

    /// <summary>A run is over: nothing is put aside for it any more.</summary>
    public void Forget(LbfgsState state)
    {
        state.Kernel = null;
        if (_holder == state)
            _holder = null;
    }

    /// <summary>Gives the memory of a run back to it, for another kernel.</summary>
    public void Release(LbfgsState state)
    {
        if (_holder == state)
            PutAside();
    }

    /// <summary>Traces the functions of an iteration where a run stands, with what it has learnt.</summary>
    /// <param name="state">The run, which another kernel serves.</param>
    /// <returns>Calls each function once, so that XLA compiles it, and frees what that takes; for any thread, before a run uses the
    /// kernel.</returns>
    public Action Compilation(LbfgsState state)
    {
        using TensorScope scope = new();
        if (_host is not null)
            return Compilation([(_evaluate!, [state.Point.Position, .. _objective.Data])]);
        IReadOnlyList<Tensor> memory = state.ExportMemory();
        Direction.Import(memory);
        foreach (Tensor tensor in memory)
            tensor.Dispose();
        Trial point = state.Point;
        Tensor along = state.Direction?.Direction ?? point.Gradient;
        FirstTrial first = new(1, 1);
        // Any pair will do, as what is learnt of it is thrown away: all that counts are the shapes.
        Tensor[] own = Direction.Reserve(new PairScalars(1, 1, 1, -1, 1));
        Direction.Store(along, point.Gradient, own);
        return Compilation(
        [
            (_evaluate!, [point.Position, point.Gradient, along, Tensor.Scalar(0.0), .. Common]),
            (Functions!.Value.Advance, [point.Position, point.Gradient, along, point.Gradient, StepArgument(1, 0), Argument(first), .. own,
                .. Common]),
            (Functions!.Value.Proceed, [point.Position, point.Gradient, Argument(first), .. Direction.Arguments(), .. Common]),
        ]);
    }

    /// <summary>Traces functions here; the action calls each once.</summary>
    private static Action Compilation((Function Function, Tensor[] Inputs)[] calls)
    {
        foreach ((Function function, Tensor[] inputs) in calls)
            function.NativeCall(inputs);
        Tensor[][] held = [.. calls.Select(call => Array.ConvertAll(call.Inputs, tensor => tensor.Alias()))];
        return () =>
        {
            try
            {
                for (int i = 0; i < calls.Length; i++)
                {
                    foreach (Tensor output in calls[i].Function.Call(held[i]))
                        output.Dispose();
                }
            }
            finally
            {
                foreach (Tensor tensor in held.SelectMany(tensors => tensors))
                    tensor.Dispose();
            }
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        PutAside();
        _interrupted?.Dispose();
        _evaluate?.Dispose();
        _first?.Dispose();
        foreach ((Function advance, Function proceed) in _stages.Values)
        {
            advance.Dispose();
            proceed.Dispose();
        }

        Direction.Dispose();
    }

    /// <summary>The run that uses the history keeps what it learnt.</summary>
    private void PutAside()
    {
        if (_holder is not { } holder)
            return;
        holder.Memory = Direction.Export();
        Forget(holder);
    }

    private static Tensor Squared(Tensor vector) => Dot(vector, vector);

    /// <summary>The functions of the present stage; null where everything is run op by op.</summary>
    private (Function Advance, Function Proceed)? Functions
    {
        get
        {
            if (_plan.IsEager)
                return null;
            if (_stages.TryGetValue(Direction.Stage, out (Function, Function) functions))
                return functions;
            functions = IsApart
                ? (_plan.Function(Learn, "lbfgs_learn")!, _plan.Function(Apply, "lbfgs_apply")!)
                : (_plan.Function(Advance, "lbfgs_advance")!, _plan.Function(Proceed, "lbfgs_proceed")!);
            _stages.Add(Direction.Stage, functions);
            return functions;
        }
    }

    /// <summary>Whether the losses correct the change of the gradient of a pair.</summary>
    public bool CorrectsPairs => Direction.UsesLosses;

    /// <summary>The step of a pair; where the losses correct it, with the factor of its change.</summary>
    private Tensor StepArgument(double step, double factor) => CorrectsPairs ? Tensor.From([step, factor]) : Tensor.Scalar(step);

    /// <summary>The first step, and the decrease that caps it.</summary>
    private static Tensor Argument(FirstTrial first) => Tensor.From([first.Step, first.Decrease]);

    private int Traces =>
        (_evaluate?.TraceCount ?? 0) + (_first?.TraceCount ?? 0) + _stages.Values.Sum(
            stage => stage.Advance.TraceCount + stage.Proceed.TraceCount);

    private Tensor[] Call(Function? function, Func<Tensor[], Tensor[]> body, Tensor[] inputs)
    {
        _tracesBefore = Traces;
        _callBegan = Stopwatch.GetTimestamp();
        return function is null
            ? body(inputs)
            : function.CallUnlessCancelled(inputs, ObjectiveGuard.CancellationOfCompilation(_objective, Cancellation));
    }

    /// <summary>Calls what evaluates the objective, again where it recovers from a failure.</summary>
    private Tensor[] CallEvaluation(Function? function, Func<Tensor[], Tensor[]> body, Tensor[] inputs)
    {
        if (!IsApart)
            return Call(function, body, inputs);
        Tensor[] own = inputs[..^_objective.Data.Count];
        return Repetition.Run(() => Call(function, body, [.. own, .. _objective.Data]), _objective.Recover, () =>
        {
            // What was traced names devices, which may be others now.
            _evaluate?.Forget();
            _first?.Forget();
        });
    }

    /// <summary>Evaluates the first trial along a direction that was computed apart.</summary>
    /// <returns>The direction, and what the evaluation gave.</returns>
    private Tensor[] CallFirst(Trial point, Tensor direction, FirstTrial first) =>
        [direction, .. CallEvaluation(_first, EvaluateFirst, [point.Position, point.Gradient, direction, Argument(first), .. Common])];

    /// <summary>Books a call when its result is read.</summary>
    private void Book(double[] read)
    {
        if (_holder?.Tally is not { } tally)
            return;
        double seconds = Stopwatch.GetElapsedTime(_callBegan).TotalSeconds;
        tally.CallSeconds += seconds;
        tally.TracingSeconds += Traces == _tracesBefore ? 0 : seconds;
        tally.BytesRead += read.Length * sizeof(double);
    }

    private (DirectionStep Direction, Trial Trial) Along(TensorScope scope, Tensor[] outputs, FirstTrial first)
    {
        Trial trial = TrialOf(scope, outputs.AsSpan(1), first);
        return (new DirectionStep(scope.Keep(outputs[0]), trial.Scalars.StartSlope, trial.Scalars.DirectionSquared), trial);
    }

    private Trial TrialOf(TensorScope scope, ReadOnlySpan<Tensor> outputs, FirstTrial first)
    {
        double[] s = outputs[2].ToArray<double>();
        Book(s);
        Measured(s.AsSpan(EvaluationScalars.Width));
        _objective.OnEvaluated(s[0]);
        EvaluationScalars scalars = EvaluationScalars.Of(first.At(s[EvaluationScalars.StartSlopeIndex]), s);
        return new Trial(scope.Keep(outputs[0]), scope.Keep(outputs[1]), scalars);
    }

    /// <summary>Books what the objective measured, where it did.</summary>
    private void Measured(ReadOnlySpan<double> readings)
    {
        if (!readings.IsEmpty && _objective.OnMeasured(readings) is { } spent)
            _holder?.Tally.Add(spent);
    }

    /// <summary>The loss, with what the objective measured behind it, and the gradient.</summary>
    private Tensor[] EvaluateAlone(Tensor[] inputs)
    {
        (Tensor loss, Tensor gradient, Tensor? readings) = LossAndGradient(inputs[0], inputs[1..]);
        return [Packed([As(loss, DType.Float64)], readings), gradient];
    }

    private Tensor[] Evaluate(Tensor[] inputs) => Evaluate(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4..]);

    /// <summary>Loss and gradient; a trace notes the ops that they take.</summary>
    private (Tensor Loss, Tensor Gradient, Tensor? Readings) LossAndGradient(Tensor position, Tensor[] data) => _plan.IsEager
        ? ObjectiveGuard.EvaluateMeasured(_objective, position, data)
        : _operations.Listen(() => ObjectiveGuard.EvaluateMeasured(_objective, position, data));

    /// <summary>The numbers of an evaluation, with those that the objective measured behind them: one read.</summary>
    private static Tensor Packed(Tensor[] scalars, Tensor? readings)
    {
        Tensor packed = RawOps.Pack(scalars);
        if (readings is null)
            return packed;
        using Tensor axis = Tensor.Scalar(0);
        return RawOps.ConcatV2([packed, readings], axis);
    }

    private Tensor[] Advance(Tensor[] inputs)
    {
        Tensor direction = Learn(inputs, CommonCount);
        return [direction, .. EvaluateFirst(inputs[0], inputs[1], direction, inputs[5], inputs[^CommonCount..])];
    }

    private Tensor[] Learn(Tensor[] inputs) => [Learn(inputs, BoundsCount)];

    private Tensor Learn(Tensor[] inputs, int commonCount)
    {
        int own = inputs.Length - 6 - commonCount;
        ReadOnlySpan<Tensor> arguments = inputs.AsSpan(6, own);
        (Tensor step, Tensor change) = _plan.IsCompiled ? (inputs[2], inputs[3]) : Pair(inputs, commonCount);
        if (!_plan.IsCompiled)
            Direction.Store(step, change, arguments);
        return Along(inputs[0], inputs[1], inputs[(6 + own)..], g => Direction.Learn(step, change, g, inputs.AsSpan(6, own)));
    }

    /// <summary>
    /// s and y from [position, gradient, former gradient, direction, step, ...]; with bounds that of the components which are inside
    /// afterwards.
    /// </summary>
    private (Tensor Step, Tensor Change) Pair(Tensor[] inputs, int commonCount)
    {
        DType dtype = inputs[3].DType;
        Tensor step = As(CorrectsPairs ? inputs[4][0] : inputs[4], dtype) * inputs[3];
        Tensor change = inputs[1] - inputs[2];
        if (CorrectsPairs)
            change *= As(inputs[4][1], dtype);
        if (Bounds is null)
            return (step, change);
        Projection box = Box(inputs[^commonCount..]);
        return (box.Inside(inputs[0], step), box.Inside(inputs[0], change));
    }

    /// <summary>
    /// The direction that a gradient leads to; with bounds that of the reduced gradient, as far as the components can follow it.
    /// </summary>
    private Tensor Along(Tensor position, Tensor gradient, Tensor[] common, Func<Tensor, Tensor> direction)
    {
        if (Bounds is null)
            return direction(gradient);
        Projection box = Box(common);
        Tensor reduced = box.Reduce(position, gradient);
        return box.Feasible(position, reduced, direction(reduced));
    }

    private static Projection Box(Tensor[] common) => new(common[0], common[1]);

    private Tensor[] Proceed(Tensor[] inputs)
    {
        Tensor direction = Apply(inputs, CommonCount);
        return [direction, .. EvaluateFirst(inputs[0], inputs[1], direction, inputs[2], inputs[^CommonCount..])];
    }

    private Tensor[] Apply(Tensor[] inputs) => [Apply(inputs, BoundsCount)];

    private Tensor Apply(Tensor[] inputs, int commonCount)
    {
        int own = inputs.Length - 3 - commonCount;
        return Along(inputs[0], inputs[1], inputs[(3 + own)..], g => Direction.Apply(g, inputs.AsSpan(3, own)));
    }

    private Tensor[] EvaluateFirst(Tensor[] inputs) => EvaluateFirst(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4..]);

    /// <summary>The first trial along a direction, whose slope is known only here.</summary>
    private Tensor[] EvaluateFirst(Tensor position, Tensor gradient, Tensor direction, Tensor first, Tensor[] common)
    {
        Tensor slope = Dot(Bounds is null ? gradient : Box(common).Reduce(position, gradient), direction);
        return Evaluate(position, gradient, direction, RawOps.Minimum(first[0], first[1] / RawOps.Abs(slope)), common, slope);
    }

    private Tensor[] Evaluate(Tensor position, Tensor gradient, Tensor direction, Tensor step, Tensor[] common, Tensor? startSlope = null)
    {
        if (Bounds is not null)
            return EvaluateInside(position, gradient, direction, step, common, startSlope);
        Tensor next = position + As(step, position.DType) * direction;
        (Tensor loss, Tensor nextGradient, Tensor? readings) = LossAndGradient(next, common);
        Tensor change = nextGradient - gradient;
        // Lengths are those in the scaled variables, where there are some.
        Tensor? factors = _scaled?.Factors;
        Tensor[] scalars = EvaluationScalars.Order(
            value: As(loss, DType.Float64),
            slope: Dot(nextGradient, direction),
            gradientMax: MaxAbs(nextGradient),
            gradientSquared: Squared(factors is null ? nextGradient : nextGradient * factors),
            changeSquared: Squared(factors is null ? change : change * factors),
            directionDotChange: Dot(direction, change),
            moved: MaxAbs(next - position),
            startSlope: startSlope ?? Dot(gradient, direction),
            directionSquared: Squared(factors is null ? direction : direction / factors));
        return [next, nextGradient, Packed(scalars, readings)];
    }

    /// <summary>
    /// The same along the projection arc: components that are clipped no longer move, so they count neither in the slope nor in the pair.
    /// </summary>
    private Tensor[] EvaluateInside(Tensor position, Tensor gradient, Tensor direction, Tensor step, Tensor[] common, Tensor? startSlope)
    {
        Projection box = Box(common);
        Tensor next = box.Clip(position + As(step, position.DType) * direction);
        (Tensor loss, Tensor nextGradient, Tensor? readings) = LossAndGradient(next, common[2..]);
        Tensor moving = box.Inside(next, direction);
        Tensor change = box.Inside(next, nextGradient - gradient);
        Tensor reduced = box.Reduce(next, nextGradient);
        // A component that does not move has no part in a slope, also where its gradient is not finite.
        Tensor[] scalars = EvaluationScalars.Order(
            value: As(loss, DType.Float64),
            slope: Dot(box.Inside(next, nextGradient), moving),
            gradientMax: MaxAbs(box.Gradient(next, nextGradient)),
            gradientSquared: Dot(reduced, reduced),
            changeSquared: Dot(change, change),
            directionDotChange: Dot(moving, change),
            moved: MaxAbs(next - position),
            startSlope: startSlope ?? Dot(box.Reduce(position, gradient), direction),
            directionSquared: Dot(moving, moving));
        return [next, nextGradient, Packed(scalars, readings)];
    }
}
