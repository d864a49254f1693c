using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Robustness;

/// <summary>
/// The objectives of <c>lbfgs/robustness.json</c> by the beginnings of their names: formulas and gradients as <c>refgen/robustness.py</c>
/// has them.
/// </summary>
internal static class RobustnessObjectives
{
    private static readonly Dictionary<string, RobustnessObjective> Families = new()
    {
        ["poisson_nll_637"] = (x, _) =>
            (Sum(x - 10 * RawOps.Log(x)) + RawOps.Lgamma(Tensor.Scalar(11.0)), RawOps.SelectV2(x < 0, x * double.NaN, 1 - 10 / x)),
        ["negative_binomial_glm_151"] = NegativeBinomial,
        ["rosenbrock_341_a3"] = (x, _) => Rosenbrock(x, valley: 3),
        ["himmelblau"] = ByTape((x, _) => SumOfSquares(Square(x[0]) + x[1] - 11, x[0] + Square(x[1]) - 7)),
        ["barrier_outside_nan"] = (x, _) => Barrier(x, double.NaN),
        ["barrier_outside_inf"] = (x, _) => Barrier(x, double.PositiveInfinity),
        ["sqrt_domain_nan"] = (x, _) => (Sum(x - 2 * RawOps.Sqrt(x)), 1 - RawOps.Rsqrt(x)),
        ["start_nan"] = (x, _) => Barrier(x, double.NaN),
        ["start_inf"] = (x, _) => Barrier(x, double.PositiveInfinity),
        ["abs_5"] = (x, _) => (Sum(RawOps.Abs(x)), RawOps.Sign(x)),
        ["abs_weighted_5"] = (x, _) => WeightedAbs(x - 0.3, Sequence(5, i => i)),
        ["max_abs_3"] = MaxAbs,
        ["relu_quadratic_4"] = (x, _) => (Sum(0.5 * x * x + 3 * RawOps.Relu(x - 0.5)), x + 3 * RawOps.Cast(x > 0.5, DType.Float64)),
        ["flat_constant"] = (x, _) => (1 + 0 * Sum(x), 0 * x),
        ["flat_tiny_slope"] = (x, _) => (1 + 1e-9 * x[0], Vector(1e-9, 0) + 0 * x),
        ["linear_unbounded"] = (x, _) => (Sum(x), RawOps.OnesLike(x)),
        ["cubic_unbounded"] = ByTape((x, _) => Cube(x[0]) + Square(x[1])),
        ["zero_gradient_saddle"] = ByTape(Saddle),
        ["near_saddle"] = ByTape(Saddle),
        ["zero_gradient_maximum"] = ByTape(DoubleWell),
        ["near_maximum"] = ByTape(DoubleWell),
        ["one_parameter_quadratic"] = ByTape((x, _) => 3 * Sum(Square(x - 2))),
        ["one_parameter_quartic"] = ByTape((x, _) => Sum(Square(Square(x - 2)))),
        ["one_parameter_cosh"] = (x, _) => (Sum(RawOps.Cosh(x)), RawOps.Sinh(x)),
        ["gaussian_well"] = (x, _) =>
        {
            Tensor e = Exp(-0.5 * SumOfSquares(x));
            return (1 - e, x * e);
        },
        ["exp_square_overflow"] = (x, _) =>
        {
            Tensor e = Exp(SumOfSquares(x));
            return (e, 2 * x * e);
        },
        ["noise_1e-10"] = (x, _) => Noisy(x, 1e-10),
        ["noise_1e-08"] = (x, _) => Noisy(x, 1e-8),
        ["noise_1e-06"] = (x, _) => Noisy(x, 1e-6),
        ["gradient_two_percent_off"] = (x, _) =>
        {
            (Tensor loss, Tensor gradient) = Rosenbrock(x);
            return (loss, gradient * Vector(1, 1.02));
        },
        ["gradient_negated"] = (x, _) => (SumOfSquares(x), -2 * x),
        ["objective_scaled_1e12"] = (x, _) => Times(1e12, Rosenbrock(x)),
        ["objective_scaled_1e-12"] = (x, _) => Times(1e-12, Rosenbrock(x)),
        ["objective_scaled_1e6"] = (x, _) => Times(1e6, Rosenbrock(x)),
        ["objective_scaled_1e-6"] = (x, _) => Times(1e-6, Rosenbrock(x)),
        ["variables_scaled_1e6_1e-6"] = (x, _) => Stretched(x, 1e6, 1e-6),
        ["variables_scaled_1e-6_1e6"] = (x, _) => Stretched(x, 1e-6, 1e6),
        ["variables_scaled_1e-12"] = (x, _) => Stretched(x, 1e-12, 1e-12),
        ["variables_scaled_1e12"] = (x, _) => Stretched(x, 1e12, 1e12),
        ["quadratic_1e6_parameters"] = (x, _) =>
        {
            Tensor a = 1 + RawOps.Range(Tensor.Scalar(0.0), Tensor.Scalar((double)x.Shape[0]), Tensor.Scalar(1.0))
                * (9.0 / (x.Shape[0] - 1));
            Tensor distance = x - 1;
            return (0.5 * Sum(a * distance * distance), a * distance);
        },
    };

    /// <summary>Whether the objective of a case is written here.</summary>
    public static bool IsKnown(string name) => Families.Keys.Any(family => name.StartsWith(family, StringComparison.Ordinal));

    /// <summary>The objective of a case.</summary>
    public static RobustnessObjective Of(string name) =>
        Families[Families.Keys.Where(family => name.StartsWith(family, StringComparison.Ordinal)).MaxBy(family => family.Length)!];

    private static RobustnessObjective ByTape(ProblemLoss loss) => (x, data) =>
    {
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor value = loss(x, data);
        return (value, tape.Gradient(value, x));
    };

    private static (Tensor Loss, Tensor Gradient) Times(double factor, (Tensor Loss, Tensor Gradient) of) =>
        (factor * of.Loss, factor * of.Gradient);

    private static (Tensor Loss, Tensor Gradient) Rosenbrock(Tensor x, double valley = 1)
    {
        (Tensor u, Tensor v) = (x[0], x[1]);
        Tensor height = v - Square(u);
        return (Square(valley - u) + 100 * Square(height), RawOps.Pack([2 * (u - valley) - 400 * u * height, 200 * height]));
    }

    private static (Tensor Loss, Tensor Gradient) Stretched(Tensor x, double first, double second)
    {
        Tensor scales = Vector(first, second);
        (Tensor loss, Tensor gradient) = Rosenbrock(x * scales);
        return (loss, gradient * scales);
    }

    private static (Tensor Loss, Tensor Gradient) Noisy(Tensor x, double amplitude)
    {
        (Tensor loss, Tensor gradient) = Rosenbrock(x);
        return (loss + amplitude * Sin(1e7 * x[0] + 3e7 * x[1]), gradient);
    }

    private static (Tensor Loss, Tensor Gradient) Barrier(Tensor x, double outside)
    {
        Tensor square = SumOfSquares(x);
        Tensor isOutside = square >= 1;
        Tensor loss = -RawOps.Log(1 - square) + 3 * x[0] - x[1];
        Tensor gradient = 2 * x / (1 - square) + Vector(3, -1);
        return (RawOps.SelectV2(isOutside, Tensor.Scalar(outside), loss), RawOps.SelectV2(isOutside, gradient * double.NaN, gradient));
    }

    private static (Tensor Loss, Tensor Gradient) WeightedAbs(Tensor x, Tensor weights) =>
        (Sum(weights * RawOps.Abs(x)), weights * RawOps.Sign(x));

    private static (Tensor Loss, Tensor Gradient) MaxAbs(Tensor x, ProblemData data)
    {
        Tensor sizes = RawOps.Abs(x);
        Tensor largest = RawOps.OneHot(RawOps.ArgMax(sizes, Tensor.Scalar(0)), Tensor.Scalar(3), Tensor.Scalar(1.0), Tensor.Scalar(0.0));
        return (RawOps.Max(sizes, Tensor.From([0])), RawOps.Sign(x) * largest);
    }

    private static Tensor Saddle(Tensor x, ProblemData data) => Square(x[0]) - Square(x[1]) + 0.25 * Square(Square(x[1]));

    private static Tensor DoubleWell(Tensor x, ProblemData data) => SumOfSquares(x * x - 1);

    /// <summary>The mean of -log NB(y; mean exp(X a), size exp(X b)), parameters (a, b).</summary>
    private static (Tensor Loss, Tensor Gradient) NegativeBinomial(Tensor x, ProblemData data)
    {
        (Tensor design, Tensor y) = (data["X"], data["y"]);
        int half = (int)x.Shape[0] / 2;
        Tensor m = Exp(Algebra.Times(design, x[..half]));
        Tensor r = Exp(Algebra.Times(design, x[half..]));
        Tensor t = r + m;
        Tensor logLikelihood =
            RawOps.Lgamma(y + r) - RawOps.Lgamma(y + 1) - RawOps.Lgamma(r) + r * RawOps.Log(r / t) + y * RawOps.Log(m / t);
        Tensor byMean = -(y / m - (r + y) / t) * m;
        Tensor bySize = -(RawOps.Digamma(y + r) - RawOps.Digamma(r) + RawOps.Log(r / t) + 1 - (r + y) / t) * r;
        return (-Mean(logLikelihood), Join(Transposed(design, byMean), Transposed(design, bySize)) / y.Shape[0]);
    }

    private static Tensor Transposed(Tensor matrix, Tensor vector) =>
        RawOps.Squeeze(RawOps.MatMul(matrix, RawOps.ExpandDims(vector, Tensor.Scalar(1)), transposeA: true), [1]);
}
