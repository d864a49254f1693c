using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Methods;

/// <summary>Poisson's equation on the unit square on 150 points, n = 501; its solution is sin(pi x) sin(pi y).</summary>
internal sealed class PoissonPinn() : KerasPinn("poisson")
{
    private const int GridPoints = 51;

    /// <inheritdoc/>
    protected override (double[,] Inputs, double[] Values) Solution
    {
        get
        {
            double[,] inputs = new double[GridPoints * GridPoints, 2];
            double[] values = new double[GridPoints * GridPoints];
            for (int i = 0; i < values.Length; i++)
            {
                (double x, double y) = (i / GridPoints / (GridPoints - 1.0), i % GridPoints / (GridPoints - 1.0));
                (inputs[i, 0], inputs[i, 1], values[i]) = (x, y, Math.Sin(Math.PI * x) * Math.Sin(Math.PI * y));
            }

            return (inputs, values);
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> DataNames => ["interior", "boundary", "force"];

    /// <inheritdoc/>
    protected override Tensor Loss(DenseNetwork network, Tensor[] variables, IReadOnlyList<Tensor> data)
    {
        (_, _, Tensor?[] second) = Derivatives(network, variables, data[0], data[1], both: true);
        Tensor residual = second[0]! + second[1]! + data[4];
        return MeanSquare(residual) + 10 * MeanSquare(network.Forward(variables, Tf.Concat([data[2], data[3]], 1)));
    }
}
