using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>The problems of any size of More, Garbow and Hillstrom 1981.</summary>
internal static class MghScalable
{
    private static readonly double PenaltyRoot = Math.Sqrt(1e-5);

    public static IReadOnlyDictionary<string, ProblemLoss> Losses { get; } = new Dictionary<string, ProblemLoss>
    {
        ["mgh20_watson"] = Watson,
        ["mgh21_extended_rosenbrock"] = (x, _) =>
        {
            Tensor a = Every(2, x, 0);
            return SumOfSquares(Join(10 * (Every(2, x, 1) - a * a), 1 - a));
        },
        ["mgh23_penalty1"] = (x, _) => SumOfSquares(Join(PenaltyRoot * (x - 1), SumOfSquares(x) - 0.25)),
        ["mgh24_penalty2"] = Penalty2,
        ["mgh25_variably_dimensioned"] = (x, _) =>
        {
            Tensor s = Dot(Sequence(x.Shape[0], i => i), x - 1);
            return SumOfSquares(Join(x - 1, s, s * s));
        },
        ["mgh26_trigonometric"] = (x, _) =>
        {
            long n = x.Shape[0];
            Tensor c = Cos(x);
            return SumOfSquares(n - Sum(c) + Sequence(n, i => i) * (1 - c) - Sin(x));
        },
        ["mgh27_brown_almost_linear"] = (x, _) =>
            SumOfSquares(Join((x + Sum(x) - (x.Shape[0] + 1))[..^1], RawOps.Prod(x, Tensor.From([0])) - 1)),
        ["mgh28_discrete_boundary_value"] = (x, _) =>
        {
            long n = x.Shape[0];
            double h = 1.0 / (n + 1);
            return SumOfSquares(2 * x - Left(x) - Right(x) + h * h * Cube(x + Sequence(n, i => h * i) + 1) / 2);
        },
        ["mgh29_discrete_integral"] = (x, _) =>
        {
            long n = x.Shape[0];
            double h = 1.0 / (n + 1);
            Tensor kernel = Matrix(n, n, (i, j) => h / 2 * (j <= i ? (1 - h * i) * h * j : h * i * (1 - h * j)));
            return SumOfSquares(x + Times(kernel, Cube(x + Sequence(n, i => h * i) + 1)));
        },
        ["mgh30_broyden_tridiagonal"] = (x, _) => SumOfSquares((3 - 2 * x) * x - Left(x) - 2 * Right(x) + 1),
        ["mgh31_broyden_banded"] = (x, _) =>
        {
            long n = x.Shape[0];
            Tensor near = Matrix(n, n, (i, j) => j != i && j >= i - 5 && j <= i + 1 ? 1 : 0);
            return SumOfSquares(x * (2 + 5 * x * x) + 1 - Times(near, x * (1 + x)));
        },
        ["mgh32_linear_full_rank"] = (x, _) =>
        {
            long n = x.Shape[0];
            Tensor mean = 2.0 / (2 * n) * Sum(x);
            return SumOfSquares(Join(x - mean - 1, -(mean + 1) * Tensor.Ones([n], x.DType)));
        },
        ["mgh33_linear_rank1"] = (x, _) => SumOfSquares(Sequence(2 * x.Shape[0], i => i) * Dot(Sequence(x.Shape[0], j => j), x) - 1),
        ["mgh34_linear_rank1_zero"] = (x, _) =>
        {
            long n = x.Shape[0];
            Tensor sum = Dot(Sequence(n, j => j > 1 && j < n ? j : 0), x);
            return SumOfSquares(Sequence(2 * n, i => i < 2 * n ? i - 1 : 0) * sum - 1);
        },
        ["mgh35_chebyquad"] = Chebyquad,
    };

    private static Tensor Left(Tensor x) => Join(Vector(0), x[..^1]);

    private static Tensor Right(Tensor x) => Join(x[1..], Vector(0));

    private static Tensor Watson(Tensor x, ProblemData data)
    {
        long n = x.Shape[0];
        Tensor derivatives = Matrix(29, n - 1, (i, j) => j * Math.Pow(i / 29.0, j - 1));
        Tensor powers = Matrix(29, n, (i, j) => Math.Pow(i / 29.0, j - 1));
        return SumOfSquares(Join(Times(derivatives, x[1..]) - Square(Times(powers, x)) - 1, x[0], x[1] - Square(x[0]) - 1));
    }

    private static Tensor Penalty2(Tensor x, ProblemData data)
    {
        long n = x.Shape[0];
        Tensor e = Exp(x / 10);
        Tensor y = Sequence(n - 1, i => Math.Exp((i + 1) / 10.0) + Math.Exp(i / 10.0));
        return SumOfSquares(Join(
            x[0] - 0.2,
            PenaltyRoot * (e[1..] + e[..^1] - y),
            PenaltyRoot * (e[1..] - Math.Exp(-0.1)),
            Dot(Sequence(n, j => n - j + 1), x * x) - 1));
    }

    private static Tensor Chebyquad(Tensor x, ProblemData data)
    {
        Tensor y = 2 * x - 1;
        Tensor before = Tensor.Ones([x.Shape[0]], x.DType);
        Tensor current = y;
        List<Tensor> residuals = [Mean(y)];
        for (int i = 2; i <= x.Shape[0]; i++)
        {
            (before, current) = (current, 2 * y * current - before);
            residuals.Add(Mean(current) + (i % 2 == 0 ? 1 / (i * (double)i - 1) : 0));
        }

        return SumOfSquares(residuals.ToArray());
    }
}
