using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>
/// The problems of fixed size of More, Garbow and Hillstrom 1981 without observations: sums of squared residuals, without a factor one
/// half.
/// </summary>
internal static class MghProblems
{
    public static IReadOnlyDictionary<string, ProblemLoss> Losses { get; } = new Dictionary<string, ProblemLoss>
    {
        ["mgh01_rosenbrock"] = (x, _) => SumOfSquares(10 * (x[1] - Square(x[0])), 1 - x[0]),
        ["mgh02_freudenstein_roth"] = (x, _) => SumOfSquares(
            -13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1],
            -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]),
        ["mgh03_powell_badly_scaled"] = (x, _) => SumOfSquares(1e4 * x[0] * x[1] - 1, Sum(Exp(-x)) - 1.0001),
        ["mgh04_brown_badly_scaled"] = (x, _) => SumOfSquares(x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2),
        ["mgh05_beale"] = (x, _) => SumOfSquares(
            1.5 - x[0] * (1 - x[1]),
            2.25 - x[0] * (1 - Square(x[1])),
            2.625 - x[0] * (1 - Cube(x[1]))),
        ["mgh06_jennrich_sampson"] = (x, _) =>
        {
            Tensor i = Sequence(10, i => i);
            return SumOfSquares(2 + 2 * i - (Exp(i * x[0]) + Exp(i * x[1])));
        },
        ["mgh07_helical_valley"] = HelicalValley,
        ["mgh12_box3d"] = (x, _) =>
        {
            Tensor t = Sequence(10, i => 0.1 * i);
            return SumOfSquares(Exp(-t * x[0]) - Exp(-t * x[1]) - x[2] * (Exp(-t) - Exp(-10 * t)));
        },
        ["mgh13_powell_singular"] = PowellSingular,
        ["mgh14_wood"] = (x, _) => SumOfSquares(
            10 * (x[1] - Square(x[0])),
            1 - x[0],
            Math.Sqrt(90) * (x[3] - Square(x[2])),
            1 - x[2],
            Math.Sqrt(10) * (x[1] + x[3] - 2),
            (x[1] - x[3]) / Math.Sqrt(10)),
        ["mgh16_brown_dennis"] = (x, _) =>
        {
            Tensor t = Sequence(20, i => i / 5.0);
            return SumOfSquares(Square(x[0] + t * x[1] - Exp(t)) + Square(x[2] + x[3] * Sin(t) - Cos(t)));
        },
        ["mgh22_extended_powell"] = PowellSingular,
    };

    private static Tensor HelicalValley(Tensor x, ProblemData data)
    {
        Tensor turn = RawOps.SelectV2(x[0] < 0, Tensor.Scalar(0.5), Tensor.Scalar(0.0));
        Tensor theta = RawOps.Atan(x[1] / x[0]) / (2 * Math.PI) + turn;
        return SumOfSquares(10 * (x[2] - 10 * theta), 10 * (RawOps.Sqrt(Square(x[0]) + Square(x[1])) - 1), x[2]);
    }

    private static Tensor PowellSingular(Tensor x, ProblemData data)
    {
        Tensor a = Every(4, x, 0);
        Tensor b = Every(4, x, 1);
        Tensor c = Every(4, x, 2);
        Tensor d = Every(4, x, 3);
        return SumOfSquares(Join(a + 10 * b, Math.Sqrt(5) * (c - d), Square(b - 2 * c), Math.Sqrt(10) * Square(a - d)));
    }
}
