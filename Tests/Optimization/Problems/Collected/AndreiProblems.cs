using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;
using static TfLbfgs.Tests.Optimization.Problems.Collected.CollectedFamily;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>
/// Functions of Andrei 2008, An Unconstrained Optimization Test Functions Collection, that are not among the problems of
/// <c>problems.json</c>.
/// </summary>
internal static class AndreiProblems
{
    public static IReadOnlyList<CollectedFamily> Families { get; } =
    [
        .. Pairs(), .. Chains(), .. Separable(), .. Sums(),
    ];

    private static Tensor Odd(Tensor x) => Every(2, x, 0);

    private static Tensor Even(Tensor x) => Every(2, x, 1);

    private static Tensor Index(Tensor x) => Sequence(x.Shape[0], i => i);

    private static Tensor CumulativeSum(Tensor x) => RawOps.Cumsum(x, Tensor.Scalar(0));

    private static Tensor Fourth(Tensor x) => Square(Square(x));

    private static CollectedFamily Pair(string name, Func<int, int, double> start, Func<Tensor, Tensor, Tensor> loss) =>
        new(name, start, x => loss(Odd(x), Even(x)));

    private static CollectedFamily Chain(string name, Func<int, int, double> start, Func<Tensor, Tensor, Tensor> loss) =>
        new(name, start, x => loss(x[..^1], x[1..]));

    /// <summary>Sums over blocks of two variables.</summary>
    private static IEnumerable<CollectedFamily> Pairs() =>
    [
        Pair("extended_white_holst", Pattern(-1.2, 1), (a, b) => SumOfSquares(10 * (b - Cube(a))) + SumOfSquares(1 - a)),
        Pair("extended_tridiagonal1", Constant(2), (a, b) => SumOfSquares(a + b - 3) + Sum(Fourth(a - b + 1))),
        Pair("extended_three_exponentials", Constant(0.1), (a, b) => Sum(Exp(a + 3 * b - 0.1) + Exp(a - 3 * b - 0.1) + Exp(-a - 0.1))),
        Pair("diagonal4", Constant(1), (a, b) => 0.5 * (SumOfSquares(a) + 100 * SumOfSquares(b))),
        Pair("extended_psc1", Pattern(3, 0.1), (a, b) => SumOfSquares(a * a + b * b + a * b) + SumOfSquares(Sin(a)) + SumOfSquares(Cos(b))),
        Pair("extended_maratos", Pattern(1.1, 0.1), (a, b) => Sum(a) + 100 * SumOfSquares(a * a + b * b - 1)),
        Pair("extended_cliff", Pattern(0, -1), (a, b) => SumOfSquares((a - 3) / 100) - Sum(a - b) + Sum(Exp(20 * (a - b)))),
        Pair("extended_hiebert", Constant(0), (a, b) => SumOfSquares(a - 10) + SumOfSquares(a * b - 50000)),
        Pair("extended_ep1", Constant(1.5), (a, b) => SumOfSquares(Exp(a - b) - 5) + SumOfSquares((a - b) * (a - b - 11))),
        Pair("extended_block_diagonal1", Constant(0.1), (a, b) => SumOfSquares(a * a + b * b - 2) + SumOfSquares(Exp(a - 1) - b)),
        Pair("extended_denschnb", Constant(1), (a, b) => SumOfSquares(a - 2) + SumOfSquares((a - 2) * b) + SumOfSquares(b + 1)),
        Pair("extended_denschnf", Pattern(2, 0), (a, b) =>
            SumOfSquares(2 * Square(a + b) + Square(a - b) - 8) + SumOfSquares(5 * a * a + Square(b - 3) - 9)),
    ];

    /// <summary>Sums over neighbours.</summary>
    private static IEnumerable<CollectedFamily> Chains() =>
    [
        Chain("generalized_white_holst", Pattern(-1.2, 1), (a, b) => SumOfSquares(10 * (b - Cube(a))) + SumOfSquares(1 - a)),
        Chain("generalized_tridiagonal1", Constant(2), (a, b) => SumOfSquares(a + b - 3) + Sum(Fourth(a - b + 1))),
        Chain("extended_tridiagonal2", Constant(1), (a, b) => SumOfSquares(a * b - 1) + 0.1 * Sum((a + 1) * (b + 1))),
        Chain("generalized_quartic1", Constant(1), (a, b) => SumOfSquares(a) + SumOfSquares(b + a * a)),
        new("generalized_quartic2", Constant(1), x => Square(Square(x[0]) - 1) + SumOfSquares(x[1..] * x[1..] - x[..^1] - 2)),
        new("perturbed_tridiagonal_quadratic", Constant(0.5), x =>
            Square(x[0]) + Sum(Index(x)[1..^1] * Square(x[1..^1])) + SumOfSquares(x[..^2] + x[1..^1] + x[2..])),
    ];

    /// <summary>Sums over single variables.</summary>
    private static IEnumerable<CollectedFamily> Separable() =>
    [
        new("raydan1", Constant(1), x => Sum(Index(x) / 10 * (Exp(x) - x))),
        new("diagonal1", (_, n) => 1.0 / n, x => Sum(Exp(x) - Index(x) * x)),
        new("diagonal2", (i, _) => 1.0 / i, x => Sum(Exp(x) - x / Index(x))),
        new("diagonal3", Constant(1), x => Sum(Exp(x) - Index(x) * Sin(x))),
        new("diagonal5", Constant(1.1), x => Sum(RawOps.Log(Exp(x) + Exp(-x)))),
        new("diagonal9", Constant(1), x => Sum(Exp(x[..^1]) - Index(x)[..^1] * x[..^1]) + 10000 * Square(x[^1])),
        new("hager", Constant(1), x => Sum(Exp(x) - RawOps.Sqrt(Index(x)) * x)),
        new("quadratic_qf1", Constant(1), x => 0.5 * Sum(Index(x) * x * x) - x[^1]),
        new("quadratic_qf2", Constant(0.5), x => 0.5 * Sum(Index(x) * Square(x * x - 1)) - x[^1]),
    ];

    /// <summary>Sums that tie all variables together.</summary>
    private static IEnumerable<CollectedFamily> Sums() =>
    [
        new("extended_penalty", (i, _) => i, x => SumOfSquares(x[..^1] - 1) + Square(SumOfSquares(x) - 0.25)),
        new("perturbed_quadratic", Constant(0.5), x => Sum(Index(x) * x * x) + Square(Sum(x)) / 100),
        new("almost_perturbed_quadratic", Constant(0.5), x => Sum(Index(x) * x * x) + Square(x[0] + x[^1]) / 100),
        new("partial_perturbed_quadratic", Constant(0.5), x => Sum(Index(x) * x * x) + SumOfSquares(CumulativeSum(x)) / 100),
        new("quadratic_diagonal_perturbed", Constant(0.5), x => Square(Sum(x)) + Sum(Index(x) / 100 * x * x)),
        new("extended_quadratic_penalty1", Constant(1), x => SumOfSquares(x[..^1] * x[..^1] - 2) + Square(SumOfSquares(x) - 0.5)),
        new("extended_quadratic_penalty2", Constant(1), x =>
            SumOfSquares(x[..^1] * x[..^1] - Sin(x[..^1])) + Square(SumOfSquares(x) - 100)),
        new("staircase1", Constant(1), x => SumOfSquares(CumulativeSum(x))),
        new("staircase2", Constant(0), x => SumOfSquares(CumulativeSum(x) - Index(x))),
        new("full_hessian1", Constant(0.01), x => Square(x[0] - 3) + SumOfSquares(x[0] - 3 - 2 * Square(CumulativeSum(x)[1..]))),
        new("full_hessian2", Constant(0.01), x => Square(x[0] - 5) + SumOfSquares(CumulativeSum(x)[1..] - 1)),
    ];
}
