using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The device side of a minimization: the functions that an iteration calls, and the history. Every call is one evaluation of the objective and one read of its scalars, packed as float64.
/// Serves any number of minimizations, one at a time; what was traced is kept.
/// </summary>
internal sealed class LbfgsKernel : IDisposable
{
    private readonly Objective _objective;
    private readonly bool _compiled;
    private readonly Function? _evaluate;
    private readonly Function? _advance;
    private readonly Function? _proceed;
    private LbfgsState? _holder;

    /// <summary>Prepares the functions, which are traced at their first call; takes over the direction.</summary>
    public LbfgsKernel(Objective objective, IDirection direction, Execution execution)
    {
        _objective = objective;
        Direction = direction;
        if (execution == Execution.Eager)
            return;
        _compiled = execution == Execution.CompiledCalls;
        _evaluate = new Function(Evaluate, new FunctionOptions { Name = "lbfgs_evaluate", Compile = _compiled });
        _advance = new Function(Advance, new FunctionOptions { Name = "lbfgs_advance", Compile = _compiled });
        _proceed = new Function(Proceed, new FunctionOptions { Name = "lbfgs_proceed", Compile = _compiled });
    }

    /// <summary>What turns gradients into directions.</summary>
    public IDirection Direction { get; }

    /// <summary>Evaluates at <c>position + step * direction</c>.</summary>
    /// <param name="position">x, shape [n].</param>
    /// <param name="gradient">The gradient there, shape [n]; zeros for the first evaluation.</param>
    /// <param name="direction">d, shape [n].</param>
    /// <param name="step">The step along d.</param>
    public Trial Evaluate(Tensor position, Tensor gradient, Tensor direction, double step)
    {
        using TensorScope scope = new();
        Tensor[] outputs = Call(_evaluate, Evaluate, [position, gradient, direction, Tensor.Scalar(step), .. _objective.Data]);
        return TrialOf(scope, outputs, step);
    }

    /// <summary>Learns the pair of the step that led to a point, computes the next direction there, and evaluates along it.</summary>
    /// <param name="point">The point, whose step has a pair.</param>
    /// <param name="former">The gradient before that step, shape [n].</param>
    /// <param name="direction">The direction of that step.</param>
    /// <param name="step">The first step along the next direction.</param>
    /// <returns>The direction and the trial along it, owned by the caller.</returns>
    public (DirectionStep Direction, Trial Trial) Advance(Trial point, Tensor former, DirectionStep direction, double step)
    {
        using TensorScope scope = new();
        PairScalars pair = new(point.Step * point.DirectionDotChange, point.Step * point.Step * direction.LengthSquared, point.ChangeSquared);
        Tensor[] own = Direction.Reserve(pair);
        Tensor[] inputs = [point.Position, point.Gradient, former, direction.Direction, Tensor.Scalar(point.Step), Tensor.Scalar(step), .. own, .. _objective.Data];
        if (_compiled)
        {
            (inputs[2], inputs[3]) = Pair(inputs);
            Direction.Store(inputs[2], inputs[3], own);
        }

        return Along(scope, Call(_advance, Advance, inputs), step);
    }

    /// <summary>Computes the next direction at a point without a new pair, and evaluates along it.</summary>
    /// <param name="point">The point.</param>
    /// <param name="step">The first step along the direction.</param>
    /// <returns>The direction and the trial along it, owned by the caller.</returns>
    public (DirectionStep Direction, Trial Trial) Proceed(Trial point, double step)
    {
        using TensorScope scope = new();
        return Along(scope, Call(_proceed, Proceed, [point.Position, point.Gradient, Tensor.Scalar(step), .. Direction.Arguments(), .. _objective.Data]), step);
    }

    /// <summary>Lets a run use the history: that of another one is put aside, its own brought back.</summary>
    public void Attach(LbfgsState state)
    {
        if (_holder == state)
            return;
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
            Direction.Clear();
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

    /// <inheritdoc/>
    public void Dispose()
    {
        PutAside();
        _evaluate?.Dispose();
        _advance?.Dispose();
        _proceed?.Dispose();
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

    private static Tensor[] Call(Function? function, Func<Tensor[], Tensor[]> body, Tensor[] inputs) => function is null ? body(inputs) : function.Call(inputs);

    private (DirectionStep Direction, Trial Trial) Along(TensorScope scope, Tensor[] outputs, double step)
    {
        Trial trial = TrialOf(scope, outputs.AsSpan(1), step);
        return (new DirectionStep(scope.Keep(outputs[0]), trial.StartSlope, trial.DirectionSquared), trial);
    }

    private Trial TrialOf(TensorScope scope, ReadOnlySpan<Tensor> outputs, double step)
    {
        double[] s = outputs[2].ToArray<double>();
        _objective.OnEvaluated(s[0]);
        return new Trial(scope.Keep(outputs[0]), scope.Keep(outputs[1]))
        {
            Step = step,
            Value = s[0],
            Slope = s[1],
            GradientMax = s[2],
            GradientSquared = s[3],
            ChangeSquared = s[4],
            DirectionDotChange = s[5],
            Moved = s[6],
            StartSlope = s[7],
            DirectionSquared = s[8],
        };
    }

    private Tensor[] Evaluate(Tensor[] inputs) => Evaluate(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4..]);

    private Tensor[] Advance(Tensor[] inputs)
    {
        (Tensor position, Tensor gradient) = (inputs[0], inputs[1]);
        int own = inputs.Length - 6 - _objective.Data.Count;
        ReadOnlySpan<Tensor> arguments = inputs.AsSpan(6, own);
        (Tensor step, Tensor change) = _compiled ? (inputs[2], inputs[3]) : Pair(inputs);
        if (!_compiled)
            Direction.Store(step, change, arguments);
        Tensor direction = Direction.Learn(step, change, gradient, arguments);
        return [direction, .. Evaluate(position, gradient, direction, inputs[5], inputs[(6 + own)..])];
    }

    /// <summary>s and y from [position, gradient, former gradient, direction, step].</summary>
    private static (Tensor Step, Tensor Change) Pair(Tensor[] inputs) => (As(inputs[4], inputs[3].DType) * inputs[3], inputs[1] - inputs[2]);

    private Tensor[] Proceed(Tensor[] inputs)
    {
        int own = inputs.Length - 3 - _objective.Data.Count;
        Tensor direction = Direction.Apply(inputs[1], inputs.AsSpan(3, own));
        return [direction, .. Evaluate(inputs[0], inputs[1], direction, inputs[2], inputs[(3 + own)..])];
    }

    private Tensor[] Evaluate(Tensor position, Tensor gradient, Tensor direction, Tensor step, Tensor[] data)
    {
        Tensor next = position + As(step, position.DType) * direction;
        (Tensor loss, Tensor nextGradient) = ObjectiveGuard.Evaluate(_objective, next, data);
        Tensor change = nextGradient - gradient;
        Tensor[] scalars =
        [
            As(loss, DType.Float64),
            Dot(nextGradient, direction),
            MaxAbs(nextGradient),
            Dot(nextGradient, nextGradient),
            Dot(change, change),
            Dot(direction, change),
            MaxAbs(next - position),
            Dot(gradient, direction),
            Dot(direction, direction),
        ];
        return [next, nextGradient, RawOps.Pack(scalars)];
    }
}
