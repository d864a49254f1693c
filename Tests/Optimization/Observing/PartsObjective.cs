using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Observing;

/// <summary>
/// |a - 1|² + 10 |b - 2|² + (a_0 b_0)² / 4 of the variables a, shape [2], and b, shape [3], in float64, with a layout. Counts its
/// evaluations and may change what they give; run it eagerly where it does.
/// </summary>
internal sealed class PartsObjective(Func<int, double[], double, double[], (double Loss, double[] Gradient)>? change = null) : Objective
{
    /// <summary>The calls of <see cref="Evaluate"/>.</summary>
    public int Calls { get; private set; }

    public override long Count => 5;

    public override DType DType => DType.Float64;

    public override ParameterLayout Layout { get; } = ParameterLayout.Of([("a", [2], DType.Float64), ("b", [3], DType.Float64)]);

    public override Tensor InitialPosition() => Tensor.From([-1.0, 3, 4, -2, 0.5]);

    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        Calls++;
        (Tensor loss, Tensor gradient) = new FunctionObjective(Loss, position).Evaluate(position, data);
        if (change is null)
            return (loss, gradient);
        using (loss)
        using (gradient)
        {
            (double changed, double[] parts) =
                change(Calls, position.ToArray<double>(), loss.ToScalar<double>(), gradient.ToArray<double>());
            return (Tensor.Scalar(changed), Tensor.From(parts));
        }
    }

    private static Tensor Loss(Tensor p)
    {
        using TensorScope scope = new();
        Tensor axis = Tensor.From([0]);
        Tensor a = p[..2] - 1;
        Tensor b = p[2..] - 2;
        Tensor mixed = p[0] * p[2];
        return scope.Keep(RawOps.Sum(a * a, axis) + 10 * RawOps.Sum(b * b, axis) + mixed * mixed / 4);
    }
}
