using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>
/// A physics-informed network for Burgers' equation: 2-20-20-20-20-1 tanh, the residual at 2,000 points by second derivatives, 256 points
/// on the boundary; n = 1,341, float64.
/// </summary>
internal sealed class PinnWorkload() : Workload("pinn", 100, 5e-2)
{
    private const int ResidualPoints = 2000;
    private const int EdgePoints = 128;
    private const double Viscosity = 0.01 / Math.PI;

    /// <summary>The widths of the layers, inputs first.</summary>
    public static readonly IReadOnlyList<int> Widths = [2, 20, 20, 20, 20, 1];

    /// <summary>Times and places where the residual is taken, [2000, 2].</summary>
    public static double[,] Inner() => Columns(SplitMix64.Uniform(1, ResidualPoints), Symmetric(2, ResidualPoints));

    /// <summary>The boundary, [256, 2]: at time 0, then at places -1 and 1.</summary>
    public static double[,] Edge()
    {
        IEnumerable<double> walls = Enumerable.Range(0, EdgePoints).Select(i => i % 2 == 0 ? -1.0 : 1.0);
        return Columns([.. new double[EdgePoints], .. SplitMix64.Uniform(4, EdgePoints)], [.. Symmetric(3, EdgePoints), .. walls]);
    }

    /// <summary>The solution on the boundary, [256, 1].</summary>
    public static double[,] EdgeValues()
    {
        double[] places = Symmetric(3, EdgePoints);
        double[,] values = new double[2 * EdgePoints, 1];
        for (int i = 0; i < EdgePoints; i++)
            values[i, 0] = -Math.Sin(Math.PI * places[i]);
        return values;
    }

    /// <summary>The start, [1341].</summary>
    public static double[] Start() => DenseNetwork.InitialParameters(Widths);

    /// <inheritdoc/>
    public override TapeObjective CreateObjective()
    {
        DenseNetwork network = new(Widths, DType.Float64, Tf.Tanh);
        double[,] inner = Inner();
        Tensor times = Tensor.From(Column(inner, 0));
        Tensor places = Tensor.From(Column(inner, 1));
        return new TapeObjective(
            Tensor.From(Start()), [times, places, Tensor.From(Edge()), Tensor.From(EdgeValues())],
            (position, data) => Loss(network, network.Variables(position), data[0], data[1], data[2], data[3]), network);
    }

    private static Tensor Loss(DenseNetwork network, Tensor[] variables, Tensor t, Tensor x, Tensor edge, Tensor edgeValues)
    {
        using GradientTape outer = new(persistent: false, watchAccessedVariables: false);
        outer.Watch(x);
        Tensor u;
        Tensor?[] first;
        using (GradientTape inner = new(persistent: false, watchAccessedVariables: false))
        {
            inner.Watch(t);
            inner.Watch(x);
            u = network.Forward(variables, Tf.Concat([t, x], 1));
            first = inner.Gradient([u], [t, x]);
        }

        (Tensor ut, Tensor ux) = (first[0]!, first[1]!);
        Tensor uxx = outer.Gradient(ux, x);
        Tensor residual = ut + u * ux - Viscosity * uxx;
        return Tf.ReduceMean(Tf.Square(residual)) + Tf.ReduceMean(Tf.Square(network.Forward(variables, edge) - edgeValues));
    }

    private static double[] Symmetric(uint seed, int count) => [.. SplitMix64.Uniform(seed, count).Select(u => (2 * u) - 1)];

    private static double[,] Columns(double[] first, double[] second)
    {
        double[,] columns = new double[first.Length, 2];
        for (int i = 0; i < first.Length; i++)
            (columns[i, 0], columns[i, 1]) = (first[i], second[i]);
        return columns;
    }

    private static double[,] Column(double[,] matrix, int column)
    {
        double[,] values = new double[matrix.GetLength(0), 1];
        for (int i = 0; i < values.Length; i++)
            values[i, 0] = matrix[i, column];
        return values;
    }
}
