using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Stopping;

/// <summary>Losses for tests of how a run ends.</summary>
internal static class TestObjectives
{
    /// <summary>The classic start of <see cref="Rosenbrock"/>.</summary>
    public static Tensor Start() => Tensor.From([-1.2, 1.0]);

    /// <summary>Rosenbrock's function; 0 at (1, 1).</summary>
    public static Tensor Rosenbrock(Tensor p)
    {
        using TensorScope scope = new();
        Tensor a = p[0];
        Tensor b = p[1];
        return scope.Keep((1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a));
    }
}

/// <summary>
/// Rosenbrock's function as an objective that counts its evaluations, may change their results, and keeps what it adopts, as a model does.
/// </summary>
internal sealed class CountingObjective(Func<int, Tensor, Tensor, (Tensor Loss, Tensor Gradient)>? change = null) : Objective
{
    /// <summary>The calls of <see cref="Evaluate"/>; the options must choose <see cref="Execution.Eager"/>.</summary>
    public int Calls { get; private set; }

    /// <summary>The values of all evaluations.</summary>
    public List<double> Losses { get; } = [];

    /// <summary>What was adopted last; empty: nothing.</summary>
    public double[] Adopted { get; private set; } = [];

    public override long Count => 2;

    public override DType DType => DType.Float64;

    public override Tensor InitialPosition() => TestObjectives.Start();

    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        FunctionObjective function = new(TestObjectives.Rosenbrock, position);
        (Tensor loss, Tensor gradient) = function.Evaluate(position, data);
        Calls++;
        if (change is not null)
            (loss, gradient) = change(Calls, loss, gradient);
        Losses.Add(loss.ToScalar<double>());
        return (loss, gradient);
    }

    public override void Adopt(Tensor position) => Adopted = position.ToArray<double>();
}
