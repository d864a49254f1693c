using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;
using static TfLbfgs.Tests.Optimization.Problems.Collected.CollectedFamily;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>Functions of Luksan and Vlcek 2003, Test Problems for Unconstrained Optimization, report V-897.</summary>
internal static class LuksanProblems
{
    public static IReadOnlyList<CollectedFamily> Families { get; } =
    [
        Fours("chained_wood", (i, _) => (i % 2 == 1 ? -2 : 0) - (i <= 4 ? 1 : 0), (a, b, c, d) =>
            100 * SumOfSquares(a * a - b) + SumOfSquares(a - 1) + 90 * SumOfSquares(c * c - d) + SumOfSquares(c - 1)
            + 10 * SumOfSquares(b + d - 2) + SumOfSquares(b - d) / 10),
        Fours("chained_powell_singular", Pattern(3, -1, 0, 1), (a, b, c, d) =>
            SumOfSquares(a + 10 * b) + 5 * SumOfSquares(c - d) + SumOfSquares(Square(b - 2 * c)) + 10 * SumOfSquares(Square(a - d))),
        Fours("chained_cragg_levy", (i, _) => i == 1 ? 1 : 2, (a, b, c, d) =>
            SumOfSquares(Square(Exp(a) - b)) + 100 * SumOfSquares(Cube(b - c)) + SumOfSquares(Square(RawOps.Tan(c - d)))
            + SumOfSquares(Square(a * a)) + SumOfSquares(d - 1)),
        new("generalized_broyden_tridiagonal", Constant(-1), x => Power((3 - 2 * x) * x - Left(x) - Right(x) + 1)),
        new("generalized_broyden_banded", Constant(-1), x =>
        {
            long n = x.Shape[0];
            Tensor near = Matrix(n, n, (i, j) => j != i && j >= i - 5 && j <= i + 1 ? 1 : 0);
            return Power((2 + 5 * x * x) * x + 1 + Times(near, x * (1 + x)));
        }),
        new("seven_diagonal_broyden", Constant(-1), x =>
        {
            int half = (int)x.Shape[0] / 2;
            return Power((3 - 2 * x) * x - Left(x) - Right(x) + 1) + Power(x[..half] + x[half..]);
        }),
        new("nazareth_trigonometric", (_, n) => 1.0 / n, x =>
        {
            long n = x.Shape[0];
            Tensor a = Matrix(n, n, (i, j) => 5.0 * (1 + i % 5 + j % 5));
            Tensor b = Matrix(n, n, (i, j) => (i + j) / 10.0);
            return SumOfSquares(n + Sequence(n, i => i) - (Times(a, Sin(x)) + Times(b, Cos(x)))) / n;
        }),
        new("generalized_brown", Pattern(-1, 1), x =>
        {
            (Tensor p, Tensor q) = (Square(x[..^1]), Square(x[1..]));
            return Sum(RawOps.Pow(p, q + 1) + RawOps.Pow(q, p + 1));
        }),
    ];

    /// <summary>Sums over blocks of four variables, two of which each shares with the next one.</summary>
    private static CollectedFamily Fours(string name, Func<int, int, double> start, Func<Tensor, Tensor, Tensor, Tensor, Tensor> loss) =>
        new(name, start, x => loss(Every(2, x[..^3], 0), Every(2, x[..^2], 1), Every(2, x[..^1], 2), Every(2, x, 3)));

    private static Tensor Left(Tensor x) => Join(Vector(0), x[..^1]);

    private static Tensor Right(Tensor x) => Join(x[1..], Vector(0));

    private static Tensor Power(Tensor residuals) => Sum(RawOps.Pow(RawOps.Abs(residuals), Tensor.Scalar(7.0 / 3)));
}
