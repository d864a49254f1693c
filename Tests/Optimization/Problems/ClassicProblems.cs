using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>Test functions of the literature outside the collection of More, Garbow and Hillstrom.</summary>
internal static class ClassicProblems
{
    public static IReadOnlyDictionary<string, ProblemLoss> Losses { get; } = new Dictionary<string, ProblemLoss>
    {
        ["rosenbrock"] = (x, _) => Square(1 - x[0]) + 100 * Square(x[1] - Square(x[0])),
        ["extended_rosenbrock"] = (x, _) => Rosenbrock(Every(2, x, 0), Every(2, x, 1)),
        ["chained_rosenbrock"] = (x, _) => Rosenbrock(x[..^1], x[1..]),
        ["himmelblau"] = (x, _) => SumOfSquares(Square(x[0]) + x[1] - 11, x[0] + Square(x[1]) - 7),
        ["three_hump_camel"] = (x, _) =>
        {
            Tensor square = Square(x[0]);
            return 2 * square - 1.05 * Square(square) + Cube(square) / 6 + x[0] * x[1] + Square(x[1]);
        },
        ["mccormick"] = (x, _) => Sin(x[0] + x[1]) + Square(x[0] - x[1]) - 1.5 * x[0] + 2.5 * x[1] + 1,
        ["rastrigin"] = (x, _) => 10 * x.Shape[0] + Sum(x * x - 10 * Cos(2 * Math.PI * x)),
        ["styblinski_tang"] = (x, _) => 0.5 * Sum(Square(x * x) - 16 * x * x + 5 * x),
        ["sum_of_powers"] = (x, _) => Sum(RawOps.Pow(RawOps.Abs(x), Sequence(x.Shape[0], i => i + 1))),
        ["quartic"] = (x, _) => Dot(Sequence(x.Shape[0], i => i), Square(x * x)),
        ["arwhead"] = (x, _) =>
        {
            Tensor first = x[..^1];
            return Sum(Square(first * first + Square(x[^1])) - 4 * first + 3);
        },
        ["raydan2"] = (x, _) => Sum(Exp(x) - x),
        ["dixmaana"] = Dixmaana,
        ["ackley_smooth"] = (x, _) => 20 + Math.E - 20 * Exp(-0.2 * RawOps.Sqrt(Mean(x * x) + 1e-4)) - Exp(Mean(Cos(2 * Math.PI * x))),
    };

    private static Tensor Rosenbrock(Tensor a, Tensor b) => Sum(100 * Square(b - a * a) + Square(1 - a));

    private static Tensor Dixmaana(Tensor x, ProblemData data)
    {
        int third = (int)x.Shape[0] / 3;
        Tensor a = x[..(2 * third)];
        Tensor b = x[third..];
        return 1 + SumOfSquares(x) + 0.125 * Dot(Square(a), Square(b * b)) + 0.125 * Dot(x[..third], x[(2 * third)..]);
    }
}
