using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Methods;

/// <summary>Burgers' equation on 200 points, n = 921.</summary>
internal sealed class BurgersPinn() : KerasPinn("burgers")
{
    private const double Viscosity = 0.01 / Math.PI;

    /// <inheritdoc/>
    protected override (double[,] Inputs, double[] Values) Solution => BurgersSolution.Read();

    /// <inheritdoc/>
    protected override IReadOnlyList<string> DataNames => ["collocation_tx", "initial_tx", "initial_u", "boundary_tx"];

    /// <inheritdoc/>
    protected override Tensor Loss(DenseNetwork network, Tensor[] variables, IReadOnlyList<Tensor> data)
    {
        (Tensor u, Tensor?[] first, Tensor?[] second) = Derivatives(network, variables, data[0], data[1], both: false);
        Tensor residual = first[0]! + u * first[1]! - Viscosity * second[1]!;
        Tensor initial = network.Forward(variables, Tf.Concat([data[2], data[3]], 1)) - data[4];
        return MeanSquare(residual) + MeanSquare(initial) + MeanSquare(network.Forward(variables, Tf.Concat([data[5], data[6]], 1)));
    }
}
