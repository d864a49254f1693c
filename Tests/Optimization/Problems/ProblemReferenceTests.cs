using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>Values and gradients of the problems, eagerly and traced, against NumPy with analytic gradients.</summary>
[Trait("Category", "Reference")]
public sealed class ProblemReferenceTests : LeakChecked
{
    [Fact]
    public void ValueAndGradient_OfEachProblem_MatchTheReference()
    {
        ReferenceReport report = new("lbfgs/problems");
        foreach (string _ in Problem.Unknown)
            report.Skip();
        foreach (Problem problem in Problem.All)
        {
            report.Check(problem.Name, () =>
            {
                if (problem.Entry.TryGetProperty("second", out JsonElement second))
                    Assert.Equal(ProblemData.Numbers(second), problem.Second, (a, b) => Math.Abs(a - b) <= 1e-15 * (1 + Math.Abs(a)));
                else
                    Assert.Equal(ProblemData.Numbers(problem.Entry.GetProperty("start").GetProperty("first")), problem.Start[..4]);
                using Function traced = new(inputs => ValueAndGradient(problem, inputs[0]));
                Check(problem, "start", problem.Start, traced);
                Check(problem, "second", problem.Second, traced);
                Assert.Equal(1, traced.TraceCount);
            });
        }

        report.Finish();
    }

    private static void Check(Problem problem, string point, double[] position, Function traced)
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(position);
        Check(problem, point, "eagerly", ValueAndGradient(problem, x));
        Check(problem, point, "traced", traced.Call(x));
    }

    private static void Check(Problem problem, string point, string how, Tensor[] results)
    {
        double expected = problem.Entry.GetProperty($"value_at_{point}").GetDouble();
        double value = results[0].ToScalar<double>();
        Assert.True(Math.Abs(value - expected) <= 1e-10 * Math.Abs(expected),
            $"value at {point} {how}: expected {expected:R}, got {value:R}");
        bool whole = problem.Entry.TryGetProperty($"gradient_at_{point}", out JsonElement stored);
        double[] reference = ProblemData.Numbers(whole ? stored : problem.Entry.GetProperty($"gradient_at_{point}_first"));
        double[] gradient = results[1].ToArray<double>();
        double norm = gradient.Max(Math.Abs);
        double worst = reference.Zip(gradient, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= 1e-9 * norm, $"gradient at {point} {how}: off by {worst:G3} of {norm:G3}");
        Assert.Equal(problem.Start.Length, gradient.Length);
    }

    private static Tensor[] ValueAndGradient(Problem problem, Tensor x)
    {
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor loss = problem.Loss(x);
        return [loss, tape.Gradient(loss, x)];
    }
}
