using TfLbfgs.Tensors;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>Regressions and other fits to data that come with the problem.</summary>
internal static class DataProblems
{
    public static IReadOnlyDictionary<string, ProblemLoss> Losses { get; } = new Dictionary<string, ProblemLoss>
    {
        ["log_sum_exp"] = (x, data) =>
        {
            Tensor z = Times(data["A"], x) + data["b"];
            Tensor top = RawOps.StopGradient(RawOps.Max(z, Tensor.From([0])));
            return top + RawOps.Log(Sum(Exp(z - top)));
        },
        ["logistic_regression"] = Logistic,
        ["logistic_regression_badly_scaled"] = Logistic,
        ["poisson_glm"] = Poisson,
        ["poisson_glm_far"] = Poisson,
        ["linear_regression"] = (x, data) => Mean(Square(Residuals(x, data))),
        ["student_t_regression"] = (x, data) => Mean(RawOps.Log1p(Square(Residuals(x, data)))),
    };

    private static Tensor Residuals(Tensor x, ProblemData data) => Times(data["X"], x) - data["y"];

    private static Tensor Logistic(Tensor x, ProblemData data) =>
        Mean(RawOps.Softplus(-(data["y"] * Times(data["X"], x)))) + 0.5 * data.Number("penalty") * SumOfSquares(x);

    private static Tensor Poisson(Tensor x, ProblemData data)
    {
        Tensor eta = Times(data["X"], x);
        return Mean(Exp(eta) - data["y"] * eta);
    }
}
