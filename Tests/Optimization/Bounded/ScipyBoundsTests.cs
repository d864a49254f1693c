using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Bounded;

/// <summary>
/// The problems with bounds beside SciPy's L-BFGS-B (m = 10, gradient tolerance 1e-8): the same minima, and evaluations until each is
/// reached.
/// </summary>
[Trait("Category", "Peers")]
public sealed class ScipyBoundsTests : LeakChecked
{
    private const string Program =
        """
        import json, sys
        import numpy as np
        from scipy.optimize import minimize
        inf = np.inf
        def rosenbrock(x):
            t, s = x[1:] - x[:-1] ** 2, 1 - x[:-1]
            g = np.zeros_like(x); g[:-1] = -400 * x[:-1] * t - 2 * s; g[1:] += 200 * t
            return np.sum(100 * t * t + s * s), g
        def hs3(x): return x[1] + 1e-5 * (x[1] - x[0]) ** 2, np.array([-2e-5 * (x[1] - x[0]), 1 + 2e-5 * (x[1] - x[0])])
        def hs4(x): return (x[0] + 1) ** 3 / 3 + x[1], np.array([(x[0] + 1) ** 2, 1.0])
        def hs5(x):
            a, b = x; c = np.cos(a + b)
            return np.sin(a + b) + (a - b) ** 2 - 1.5 * a + 2.5 * b + 1, np.array([c + 2 * (a - b) - 1.5, c - 2 * (a - b) + 2.5])
        def wood(x):
            a, b, c, d = x; p, q = b - a * a, d - c * c
            f = 100 * p * p + (1 - a) ** 2 + 90 * q * q + (1 - c) ** 2 + 10.1 * ((b - 1) ** 2 + (d - 1) ** 2) + 19.8 * (b - 1) * (d - 1)
            return f, np.array([-400 * a * p - 2 * (1 - a), 200 * p + 20.2 * (b - 1) + 19.8 * (d - 1), -360 * c * q - 2 * (1 - c), 180 * q + 20.2 * (d - 1) + 19.8 * (b - 1)])
        def hs45(x): return 2 - np.prod(x) / 120, -np.array([np.prod(np.delete(x, i)) for i in range(5)]) / 120
        def hs110(x):
            r, s, p = np.log(x - 2), np.log(10 - x), np.prod(x) ** 0.2
            return np.sum(r * r + s * s) - p, 2 * r / (x - 2) - 2 * s / (10 - x) - 0.2 * p / x
        i50 = np.arange(1, 51); v = np.sin(i50); lam = 10 ** (4 * (i50 - 1) / 49)
        def quadratic(x):
            e = x - np.cos(i50); z = e - 2 * (v @ e) / (v @ v) * v; w = lam * z
            return w @ z / 2, w - 2 * (v @ w) / (v @ v) * v
        i, j = np.arange(1, 61)[:, None], np.arange(1, 41)[None, :]
        A = np.sin(1.7 * i + 0.3 * i * j); b = 3 * np.cos(0.9 * np.arange(1, 61) ** 2)
        def least_squares(x): r = A @ x - b; return r @ r / 2, A.T @ r
        nx, ny = 40, 25; hx, hy = 1 / (nx + 1), 1 / (ny + 1)
        def torsion(v):
            x = np.zeros((ny + 2, nx + 2)); x[1:-1, 1:-1] = v.reshape(ny, nx)
            a, d = np.diff(x, axis=1), np.diff(x, axis=0); g = np.zeros_like(x)
            g[:, 1:] += a * hy / hx; g[:, :-1] -= a * hy / hx; g[1:] += d * hx / hy; g[:-1] -= d * hx / hy
            return 0.5 * hy / hx * np.sum(a * a) + 0.5 * hx / hy * np.sum(d * d) - 5 * hx * hy * np.sum(v), g[1:-1, 1:-1].ravel() - 5 * hx * hy
        functions = dict(rosenbrock_upper=rosenbrock, hs1=rosenbrock, hs2=rosenbrock, hs3=hs3, hs4=hs4, hs5=hs5, hs38=wood, hs45=hs45, hs110=hs110, rosenbrock_box=rosenbrock, rosenbrock_mixed=rosenbrock,
                         quadratic=quadratic, nonnegative_least_squares=least_squares, torsion=torsion, obstacle=torsion)
        out = {}
        for case in json.load(open(sys.argv[1])):
            f, start = functions[case["name"]], np.array(case["start"])
            bounds = [(None if l < -1e300 else l, None if u > 1e300 else u) for l, u in zip(case["lower"], case["upper"])]
            def run(gtol, losses):
                def counted(x):
                    value = f(x); losses.append(float(value[0])); return value
                return minimize(counted, start, jac=True, method="L-BFGS-B", bounds=bounds, options=dict(ftol=0, gtol=gtol, maxls=50, maxiter=20000, maxfun=20000))
            losses = []
            run(1e-8, losses)
            out[case["name"]] = {"minimum": float(run(1e-9, []).fun), "losses": losses}
        print("RESULT" + json.dumps(out))
        """;

    [Fact]
    public void Minimize_WithBounds_FindsTheMinimaOfScipyWithAsFewEvaluations()
    {
        Peers.Require();
        string input = Path.GetTempFileName();
        string output;
        try
        {
            File.WriteAllText(input, JsonSerializer.Serialize(BoundedProblem.All.Select(problem => new
            {
                name = problem.Name,
                start = problem.Start,
                lower = problem.Lower.Select(Finite),
                upper = problem.Upper.Select(Finite),
            })));
            output = Peers.Run(Program, input);
        }
        finally
        {
            File.Delete(input);
        }

        using JsonDocument document = JsonDocument.Parse(output[(output.LastIndexOf("RESULT", StringComparison.Ordinal) + 6)..]);
        List<double> ratios = [];
        foreach (BoundedProblem problem in BoundedProblem.All)
        {
            JsonElement scipy = document.RootElement.GetProperty(problem.Name);
            double[] theirs = [.. scipy.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble())];
            List<double> ours = [];
            using Tensor start = Tensor.From(problem.Start);
            using Bounds bounds = Bounds.Of(problem.Lower, problem.Upper);
            using LbfgsResult result =
                Lbfgs.Minimize(problem.Loss, start,
                new LbfgsOptions { Bounds = bounds, Trials = new Recorder<LbfgsTrial>(trial => ours.Add(trial.Loss)) });
            double minimum = scipy.GetProperty("minimum").GetDouble();
            double target = minimum + Math.Max(1e-15, 1e-8 * Math.Min(Math.Max(1, Math.Abs(minimum)), 1e2 * (ours[0] - minimum)));
            (int us, int them) = (ours.FindIndex(loss => loss <= target) + 1, Array.FindIndex(theirs, loss => loss <= target) + 1);
            TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
                $"{problem.Name,-26} n {problem.Start.Length,4}  SciPy {minimum,-22:R} {theirs.Length,4} evaluations, {them,4} to target; here {result.Loss,-22:R} {result.Evaluations,4}, {us,4} to target; {result.Reason}"));
            Assert.True(result.Loss <= target, $"{problem.Name}: {result}");
            Assert.True(Math.Abs(minimum - problem.Minimum) <= 1e-9 * Math.Max(1, Math.Abs(minimum)),
                $"{problem.Name}: stored minimum {problem.Minimum:R}, SciPy {minimum:R}");
            ratios.Add(Math.Log(us / (double)them));
        }

        double mean = Math.Exp(ratios.Average());
        TestContext.Current.TestOutputHelper?.WriteLine(
            FormattableString.Invariant($"geometric mean of evaluations to target against SciPy {mean:F3} on {ratios.Count}"));
        Assert.True(mean < 1.3, $"{mean}");
    }

    /// <summary>JSON has no infinity.</summary>
    private static double Finite(double bound) => Math.Clamp(bound, -double.MaxValue, double.MaxValue);
}
