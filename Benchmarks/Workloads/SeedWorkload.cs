using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>
/// The example that the recipe is known by: a 2-64-64-1 tanh network fitted to x² + y² at 11 x 11 points; n = 4,417, float64.
/// </summary>
internal sealed class SeedWorkload() : Workload("seed", 200, 1e-5)
{
    private static readonly int[] Widths = [2, 64, 64, 1];

    /// <summary>The grid, [121, 2].</summary>
    public static double[,] Points()
    {
        double[,] points = new double[121, 2];
        for (int i = 0; i < 121; i++)
        {
            points[i, 0] = Coordinate(i % 11);
            points[i, 1] = Coordinate(i / 11);
        }

        return points;
    }

    /// <summary>x² + y² there, [121, 1].</summary>
    public static double[,] Heights()
    {
        double[,] points = Points();
        double[,] heights = new double[121, 1];
        for (int i = 0; i < 121; i++)
            heights[i, 0] = (points[i, 0] * points[i, 0]) + (points[i, 1] * points[i, 1]);
        return heights;
    }

    /// <summary>The start, [4417].</summary>
    public static double[] Start() => DenseNetwork.InitialParameters(Widths);

    /// <inheritdoc/>
    public override TapeObjective CreateObjective()
    {
        DenseNetwork network = new(Widths, DType.Float64, Tf.Tanh);
        return new TapeObjective(
            Tensor.From(Start()), [Tensor.From(Points()), Tensor.From(Heights())],
            (position, data) => Tf.ReduceMean(Tf.Square(network.Forward(network.Variables(position), data[0]) - data[1])), network);
    }

    /// <summary>The last one of an even grid is the end itself, as NumPy has it.</summary>
    private static double Coordinate(int index) => index == 10 ? 1 : (index * 0.2) - 1;
}
