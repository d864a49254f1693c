using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// Evaluates an objective at <c>x + step * d</c>: one function call, which computes the point, loss, gradient and every scalar that the search needs, and one read of those scalars, packed as float64.
/// </summary>
internal sealed class Evaluator : IDisposable
{
    private readonly Objective _objective;
    private readonly Function? _function;

    public Evaluator(Objective objective, Execution execution)
    {
        _objective = objective;
        if (execution != Execution.Eager)
            _function = new Function(Body, new FunctionOptions { Name = "lbfgs_evaluate", Compile = execution == Execution.Compiled });
    }

    /// <summary>Reads so far.</summary>
    public int Reads { get; private set; }

    /// <summary>Evaluates one trial.</summary>
    /// <param name="position">x, shape [n].</param>
    /// <param name="gradient">The gradient there, shape [n]; zeros for the first evaluation.</param>
    /// <param name="direction">d, shape [n].</param>
    /// <param name="step">The step along d.</param>
    public Trial Evaluate(Tensor position, Tensor gradient, Tensor direction, double step)
    {
        using TensorScope scope = new();
        Tensor[] inputs = [position, gradient, direction, Tensor.Scalar(step), .. _objective.Data];
        Tensor[] outputs = _function is null ? Body(inputs) : _function.Call(inputs);
        double[] s = outputs[2].ToArray<double>();
        Reads++;
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
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _function?.Dispose();

    private Tensor[] Body(Tensor[] inputs)
    {
        (Tensor position, Tensor gradient, Tensor direction, Tensor step) = (inputs[0], inputs[1], inputs[2], inputs[3]);
        Tensor next = position + As(step, position.DType) * direction;
        (Tensor loss, Tensor nextGradient) = ObjectiveGuard.Evaluate(_objective, next, inputs[4..]);
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
        ];
        return [next, nextGradient, RawOps.Pack(scalars)];
    }
}
