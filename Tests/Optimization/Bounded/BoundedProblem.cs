using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Bounded;

/// <summary>
/// A problem with bounds. The minima are those of SciPy 1.17.1, <c>minimize(method="L-BFGS-B", options=dict(ftol=0, gtol=1e-9,
/// maxls=50))</c>, and the evaluations those that it needed with gtol 1e-8, both by the program of
/// <see cref="ScipyBoundsTests"/>.
/// </summary>
/// <param name="Name">The name: "hs" are problems of Hock and Schittkowski 1981.</param>
/// <param name="Loss">The loss, in tensor code.</param>
/// <param name="Start">Where to start.</param>
/// <param name="Lower">The lowest values.</param>
/// <param name="Upper">The highest values.</param>
/// <param name="Minimum">The lowest loss within the bounds, or the local one that both solvers find.</param>
/// <param name="Scipy">The evaluations of SciPy.</param>
internal sealed record BoundedProblem(string Name, Func<Tensor, Tensor> Loss, double[] Start, double[] Lower, double[] Upper,
    double Minimum, int Scipy)
{
    private const double Infinity = double.PositiveInfinity;
    private const int Columns = 40;
    private const int Rows = 25;

    public static IReadOnlyList<BoundedProblem> All { get; } =
    [
        new("rosenbrock_upper", Rosenbrock, [-1.2, 1], [-2, -2], [0.5, 0.5], 0.25, 4),
        new("hs1", Rosenbrock, [-2, 1], [-Infinity, -1.5], [Infinity, Infinity], 0, 48),
        new("hs2", Rosenbrock, [-2, 1], [-Infinity, 1.5], [Infinity, Infinity], 4.9412293179892, 17),
        new("hs3", x => x[1] + 1e-5 * Square(x[1] - x[0]), [10, 1], [-Infinity, 0], [Infinity, Infinity], 0, 4),
        new("hs4", x => Cube(x[0] + 1) / 3 + x[1], [1.125, 0.125], [1, 0], [Infinity, Infinity], 2.6666666666667, 2),
        new("hs5", x => Sin(x[0] + x[1]) + Square(x[0] - x[1]) - 1.5 * x[0] + 2.5 * x[1] + 1, [0, 0], [-1.5, -3], [4, 3],
            -1.913222954981, 9),
        new("hs38", Wood, [-3, -1, -3, -1], Repeat(4, -10), Repeat(4, 10), 0, 34),
        new("hs45", x => 2 - x[0] * x[1] * x[2] * x[3] * x[4] / 120, Repeat(5, 2), Repeat(5, 0), [1, 2, 3, 4, 5], 1, 10),
        new("hs110", x => SumOfSquares(RawOps.Log(x - 2)) + SumOfSquares(RawOps.Log(10 - x)) - Exp(0.2 * Sum(RawOps.Log(x))), Repeat(10, 9),
            Repeat(10, 2.001), Repeat(10, 9.999), -45.778469707446, 13),
        new("rosenbrock_box", Rosenbrock, Repeat(20, -1.2, 1), Repeat(20, -0.5), Repeat(20, 0.8), 15.899985134023, 60),
        new("rosenbrock_mixed", Rosenbrock, Repeat(100, -1.2, 1), Repeat(100, -Infinity, 0.2), Repeat(100, 0.5, Infinity),
            262.21910644625, 49),
        new("quadratic", Quadratic, Repeat(50, 0), Repeat(50, -0.5), Repeat(50, 0.5), 2767.9008524534, 373),
        new("nonnegative_least_squares", LeastSquares, Repeat(40, 1), Repeat(40, 0), Repeat(40, Infinity), 113.42502317923, 22),
        new("torsion", Torsion, Repeat(Rows * Columns, 0), [.. Distances().Select(d => -d)], Distances(), -0.41740004369049, 97),
        new("obstacle", Torsion, Distances(), Repeat(Rows * Columns, 0), [.. Distances().Select(d => 0.7 * d)], -0.36484359571838, 62),
    ];

    public override string ToString() => Name;

    private static double[] Repeat(int n, params double[] values) => [.. Enumerable.Range(0, n).Select(i => values[i % values.Length])];

    /// <summary>The chained function; with two variables the classic one.</summary>
    private static Tensor Rosenbrock(Tensor x)
    {
        Tensor a = x[TensorIndex.Slice(null, -1)];
        Tensor b = x[TensorIndex.Slice(1, null)];
        return Sum(100 * Square(b - a * a) + Square(1 - a));
    }

    private static Tensor Wood(Tensor x) =>
        100 * Square(x[1] - x[0] * x[0]) + Square(1 - x[0]) + 90 * Square(x[3] - x[2] * x[2]) + Square(1 - x[2]) + 10.1
            * (Square(x[1] - 1) + Square(x[3] - 1)) + 19.8 * (x[1] - 1) * (x[3] - 1);

    /// <summary>Eigenvalues 1 to 1e4 in a mirrored basis, unbounded minimizer cos(i).</summary>
    private static Tensor Quadratic(Tensor x)
    {
        Tensor v = Sequence(50, i => Math.Sin(i));
        Tensor e = x - Sequence(50, i => Math.Cos(i));
        Tensor z = e - 2 * Dot(v, e) / Dot(v, v) * v;
        return Sum(Sequence(50, i => Math.Pow(10, 4 * (i - 1) / 49.0)) * z * z) / 2;
    }

    private static Tensor LeastSquares(Tensor x) =>
        SumOfSquares(Times(Matrix(60, 40, (i, j) => Math.Sin(1.7 * i + 0.3 * i * j)), x)
            - Sequence(60, i => 3 * Math.Cos(0.9 * i * i))) / 2;

    /// <summary>
    /// Elastic-plastic torsion of a bar, energy of the stress function on a grid, as in MINPACK-2: the bounds are the distance to the
    /// border.
    /// </summary>
    private static Tensor Torsion(Tensor x)
    {
        const double Hx = 1.0 / (Columns + 1);
        const double Hy = 1.0 / (Rows + 1);
        Tensor v = RawOps.Reshape(x, Tensor.From([(long)Rows, Columns]));
        Tensor across =
            v[TensorIndex.Slice(null, null), TensorIndex.Slice(1, null)] - v[TensorIndex.Slice(null, null), TensorIndex.Slice(null, -1)];
        Tensor down = v[TensorIndex.Slice(1, null)] - v[TensorIndex.Slice(null, -1)];
        Tensor left = v[TensorIndex.Slice(null, null), 0];
        Tensor right = v[TensorIndex.Slice(null, null), Columns - 1];
        return 0.5 * Hy / Hx * (Squares(across) + Squares(left) + Squares(right)) + 0.5 * Hx / Hy
            * (Squares(down) + Squares(v[0]) + Squares(v[Rows - 1])) - 5 * Hx * Hy * Sum(x);
    }

    private static Tensor Squares(Tensor x) => SumOfSquares(RawOps.Reshape(x, Tensor.From([-1L])));

    private static double[] Distances() =>
    [
        .. from i in Enumerable.Range(1, Rows)
           from j in Enumerable.Range(1, Columns)
           let y = i / (double)(Rows + 1)
           let x = j / (double)(Columns + 1)
           select Math.Min(Math.Min(x, 1 - x), Math.Min(y, 1 - y)),
    ];
}
