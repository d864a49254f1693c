using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;
using static TfLbfgs.Tests.Optimization.Problems.Collected.CollectedFamily;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>
/// Smooth functions of Surjanovic and Bingham (Virtual Library of Simulation Experiments), of Jamil and Yang 2013 (A Literature Survey of
/// Benchmark Functions), of BBOB (Hansen, Finck, Ros and Auger 2009, without the transformations T) and of Nesterov.
/// </summary>
internal static class SurveyProblems
{
    public static IReadOnlyList<CollectedFamily> Families { get; } = [.. Library(), .. Survey(), .. Bbob()];

    private static Tensor Index(Tensor x) => Sequence(x.Shape[0], i => i);

    private static IEnumerable<CollectedFamily> Library() =>
    [
        new("zakharov", Constant(1), x =>
        {
            Tensor s = Square(Sum(0.5 * Index(x) * x));
            return SumOfSquares(x) + s + s * s;
        }),
        new("dixon_price", Constant(2), x => Square(x[0] - 1) + Sum(Index(x)[1..] * Square(2 * x[1..] * x[1..] - x[..^1]))),
        new("trid", Constant(0), x => SumOfSquares(x - 1) - Sum(x[1..] * x[..^1])),
        new("griewank", Hashed(3), x => SumOfSquares(x) / 4000 - RawOps.Prod(Cos(x / RawOps.Sqrt(Index(x))), Tensor.From([0])) + 1),
        new("goldstein_price", Pattern(-0.5, -0.7), GoldsteinPrice),
        new("branin", Pattern(2.5, 5), x =>
        {
            (Tensor a, Tensor b) = (x[0], x[1]);
            Tensor r = b - 5.1 / (4 * Math.PI * Math.PI) * a * a + 5 / Math.PI * a - 6;
            return r * r + 10 * (1 - 1 / (8 * Math.PI)) * Cos(a) + 10;
        }),
        new("six_hump_camel", Pattern(1, 1), x =>
        {
            (Tensor a, Tensor b) = (Square(x[0]), Square(x[1]));
            return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (-4 + 4 * b) * b;
        }),
        new("power_sum", Pattern(1, 1.5, 2, 2.5), x =>
            Square(Sum(x) - 8) + Square(SumOfSquares(x) - 18) + Square(Sum(Cube(x)) - 44) + Square(SumOfSquares(x * x) - 114)),
        new("perm", Constant(0.5), Perm),
        new("bohachevsky", Pattern(0.2, 0.1), x =>
            Square(x[0]) + 2 * Square(x[1]) - 0.3 * Cos(3 * Math.PI * x[0]) - 0.4 * Cos(4 * Math.PI * x[1]) + 0.7),
    ];

    private static IEnumerable<CollectedFamily> Survey() =>
    [
        new("qing", Constant(1), x => SumOfSquares(x * x - Index(x))),
        new("chung_reynolds", (i, n) => i / (double)n, x => Square(SumOfSquares(x))),
        new("trecanni", Pattern(-3, 2), x => Square(Square(x[0])) + 4 * Cube(x[0]) + 4 * Square(x[0]) + Square(x[1])),
        new("price4", Pattern(1, 3), x => Square(2 * Cube(x[0]) * x[1] - Cube(x[1])) + Square(6 * x[0] - Square(x[1]) + x[1])),
        new("zettl", Pattern(2, 2), x => Square(Square(x[0]) + Square(x[1]) - 2 * x[0]) + x[0] / 4),
        new("el_attar", Pattern(1, 1), x =>
            Square(Square(x[0]) + x[1] - 10) + Square(x[0] + Square(x[1]) - 7) + Square(Square(x[0]) + Cube(x[1]) - 1)),
        new("wayburn_seader1", Pattern(0, 1), x => Square(Square(Cube(x[0])) + Square(Square(x[1])) - 17) + Square(2 * x[0] + x[1] - 4)),
        new("exponential", Hashed(0.5), x => -Exp(-0.5 * SumOfSquares(x))),
        new("nesterov_worst", Constant(0), x => 0.125 * (Square(x[0]) + SumOfSquares(x[..^1] - x[1..]) + Square(x[^1]) - 2 * x[0])),
        new("chebyshev_rosenbrock", Pattern(-1, 1, 1, 1), x => Square(x[0] - 1) / 4 + SumOfSquares(x[1..] - 2 * x[..^1] * x[..^1] + 1)),
    ];

    private static IEnumerable<CollectedFamily> Bbob() =>
    [
        new("bent_cigar", Hashed(4), x =>
        {
            Tensor z = Rotated(x);
            return Square(z[0]) + 1e6 * SumOfSquares(z[1..]);
        }),
        new("discus", Hashed(4), x =>
        {
            Tensor z = Rotated(x);
            return 1e6 * Square(z[0]) + SumOfSquares(z[1..]);
        }),
        new("different_powers", Hashed(4), x =>
            Sum(RawOps.Pow(RawOps.Abs(Rotated(x)), Sequence(x.Shape[0], i => 2 + 4 * (i - 1) / (x.Shape[0] - 1.0))))),
        new("rotated_rosenbrock", Hashed(2), x =>
        {
            Tensor z = Math.Max(1, Math.Sqrt(x.Shape[0]) / 8) * Rotated(x) + 0.5;
            return 100 * SumOfSquares(z[..^1] * z[..^1] - z[1..]) + SumOfSquares(z[..^1] - 1);
        }),
    ];

    /// <summary>A rotation: two reflections.</summary>
    private static Tensor Rotated(Tensor x)
    {
        Tensor i = Index(x);
        foreach (Tensor v in (Tensor[])[Sin(i), Cos(2 * i)])
            x -= 2 * Dot(v, x) / SumOfSquares(v) * v;
        return x;
    }

    private static Tensor GoldsteinPrice(Tensor x)
    {
        (Tensor a, Tensor b) = (x[0], x[1]);
        Tensor p = 1 + Square(a + b + 1) * (19 - 14 * a + 3 * a * a - 14 * b + 6 * a * b + 3 * b * b);
        Tensor q = 30 + Square(2 * a - 3 * b) * (18 - 32 * a + 12 * a * a + 48 * b - 36 * a * b + 27 * b * b);
        return p * q;
    }

    private static Tensor Perm(Tensor x)
    {
        Tensor power = x;
        Tensor sum = Tensor.Scalar(0.0);
        for (int k = 1; k <= x.Shape[0]; k++)
        {
            if (k > 1)
                power *= x;
            sum += Square(Sum((Index(x) + 10) * (power - Sequence(x.Shape[0], i => Math.Pow(i, -k)))));
        }

        return sum;
    }
}
