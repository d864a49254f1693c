using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>Quadratic functions, with axes along the coordinates or askew.</summary>
internal static class QuadraticProblems
{
    public static IReadOnlyDictionary<string, ProblemLoss> Losses { get; } = new Dictionary<string, ProblemLoss>
    {
        ["quadratic_diagonal"] = (x, data) => 0.5 * Dot(data.Contains("a") ? data["a"] : Sequence(x.Shape[0], i => i), Square(x - 1)),
        ["quadratic_skewed"] = (x, data) =>
        {
            Tensor d = x - data["c"];
            return 0.5 * Dot(d, Times(data["A"], d));
        },
        ["booth"] = (x, _) => SumOfSquares(x[0] + 2 * x[1] - 7, 2 * x[0] + x[1] - 5),
        ["matyas"] = (x, _) => 0.26 * SumOfSquares(x) - 0.48 * x[0] * x[1],
        ["tridia"] = (x, _) => Square(x[0] - 1) + Dot(Sequence(x.Shape[0] - 1, i => i + 1), Square(2 * x[1..] - x[..^1])),
    };
}
