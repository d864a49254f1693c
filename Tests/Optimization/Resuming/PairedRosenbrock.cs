using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Resuming;

/// <summary>Extended Rosenbrock in 20 variables: a few dozen iterations, curved enough that a wrong bit shows at once.</summary>
internal sealed class PairedRosenbrock(DType dtype = DType.Float64) : Objective
{
    public static double[] Start { get; } = [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? -1.2 : 1.0)];

    public override long Count => Start.Length;

    public override DType DType => dtype;

    public static Tensor Value(Tensor x)
    {
        Tensor a = x[TensorIndex.Slice(0, null, 2)];
        Tensor b = x[TensorIndex.Slice(1, null, 2)];
        return Tf.ReduceSum(100.0 * Tf.Square(b - a * a) + Tf.Square(1.0 - a));
    }

    public override Tensor InitialPosition() => dtype == DType.Float64 ? Tensor.From(Start) : Tensor.From([.. Start.Select(x => (float)x)]);

    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        using TensorScope scope = new();
        using GradientTape tape = new();
        tape.Watch(position);
        Tensor loss = Value(position);
        return (scope.Keep(loss), scope.Keep(tape.Gradient(loss, position)));
    }
}
