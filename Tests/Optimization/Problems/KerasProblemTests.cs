using System.Globalization;
using System.Text;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>
/// The networks of <c>lbfgs/keras</c> in float64 and float32: the lowest loss within 200, 400 and 600 evaluations, beside SciPy's in
/// float64.
/// </summary>
[Trait("Category", "Reference")]
public sealed class KerasProblemTests : LeakChecked
{
    private static readonly int[] Marks = [200, 400, 600];

    [Fact]
    public void LossAndGradient_AtTheStart_AreThoseOfKeras()
    {
        foreach (KerasProblem problem in KerasProblem.All)
        {
            using TensorScope scope = new();
            using TapeObjective objective = problem.CreateObjective(DType.Float64);
            (Tensor loss, Tensor gradient) = objective.Evaluate(objective.InitialPosition(), objective.Data);
            Assert.True(Math.Abs(loss.ToScalar<double>() - problem.InitialLoss) <= 1e-12 * problem.InitialLoss,
                $"{problem.Name}: {loss.ToScalar<double>():R}, expected {problem.InitialLoss:R}");
            double[] expected = problem.InitialGradient;
            double worst = gradient.ToArray<double>().Zip(expected, (a, b) => Math.Abs(a - b)).Max();
            Assert.True(worst <= 1e-10 * expected.Max(Math.Abs), $"{problem.Name}: gradient off by {worst:G3}");
        }
    }

    [Fact]
    public void Minimize_InFloat32_IsLowerThanSciPyInFloat64After600Evaluations()
    {
        StringBuilder table = new();
        table.AppendLine($"| lowest loss after {string.Join(" / ", Marks)} evaluations | n | TfLbfgs float32 | TfLbfgs float64 | SciPy "
            + $"float64 | tfp float64 |\n|---|---|---|---|---|---|");
        foreach (KerasProblem problem in KerasProblem.All)
        {
            (double[] single, long count, string ended) = Run(problem, DType.Float32);
            (double[] both, _, _) = Run(problem, DType.Float64);
            double[] scipy = [.. Marks.Select(mark => problem.PeerAfter("scipy_lbfgsb", mark))];
            double[] tfp = [.. Marks.Select(mark => problem.PeerAfter("tfp_lbfgs", mark))];
            table.AppendLine(
                FormattableString.Invariant(
                $"| {problem.Name} | {count} | {Text(single)}{ended} | {Text(both)} | {Text(scipy)} | {Text(tfp)} |"));
            Assert.True(single[^1] < scipy[^1], table.ToString());
            Assert.True(both[^1] < scipy[^1], table.ToString());
        }

        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "TestResults")).FullName, "keras.md"),
            table.ToString());
    }

    private static (double[] Losses, long Count, string Ended) Run(KerasProblem problem, DType dtype)
    {
        using TapeObjective objective = problem.CreateObjective(dtype);
        Losses losses = new();
        using LbfgsResult result =
            Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = Marks[^1], MaxEvaluations = Marks[^1], Trials = losses });
        string ended = result.Evaluations < Marks[^1] ? $" ({result.Reason} after {result.Evaluations})" : "";
        return ([.. Marks.Select(losses.LowestAfter)], objective.Count, ended);
    }

    private static string Text(double[] losses) =>
        string.Join(" / ", losses.Select(loss => loss.ToString("0.0e+0", CultureInfo.InvariantCulture)));
}
