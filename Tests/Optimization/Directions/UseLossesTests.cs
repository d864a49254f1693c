using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Batches;
using TfLbfgs.Tests.Optimization.Problems.Collected;
using TfLbfgs.Tests.Optimization.Resuming;
using TfLbfgs.Tests.Support;
using Xunit;
using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Tests.Optimization.Directions;

/// <summary><see cref="AlgorithmOptions.UseLosses"/>.</summary>
public sealed class UseLossesTests : LeakChecked
{
    private static readonly LbfgsOptions Using = new() { UseLosses = true };
    private static readonly LbfgsOptions Without = new() { UseLosses = false };

    /// <summary>Along f = t^p from 1 to 2 the curvature is that of the end, s.s f''(2), as far as a cubic goes.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void FactorOfChange_OfACubic_GivesTheCurvatureAtTheEnd(int p)
    {
        static double Slope(double t, int p) => p * Math.Pow(t, p - 1);
        double stepDotChange = Slope(2, p) - Slope(1, p);
        double factor = Rules.FactorOfChange(Math.Pow(1, p) - Math.Pow(2, p), Slope(1, p) + Slope(2, p), stepDotChange, 0).Value;
        Assert.Equal(p * (p - 1) * Math.Pow(2, p - 2), factor * stepDotChange, 1e-12);
    }

    [Fact]
    public void FactorOfChange_WithinTheNoiseOrFarFromTheGradients_IsBounded()
    {
        Assert.Equal(1, Rules.FactorOfChange(1e-12, -1, 1, 1e-11).Value);
        Assert.Equal(1 - RuleConstants.MostCurvatureLost, Rules.FactorOfChange(1, -100, 1, 0).Value);
        Assert.Equal(1 + RuleConstants.MostCurvatureGained, Rules.FactorOfChange(100, -1, 1, 0).Value);
    }

    /// <summary>On problems of the tuning half that are not quadratic.</summary>
    [Fact]
    public void Minimize_CurvedProblems_TakesFewerEvaluations()
    {
        CollectedProblem[] problems =
            [.. CollectedProblem.All().Where(p => p.Name is "zakharov_10" or "nazareth_trigonometric_10" or "rotated_rosenbrock_20"
            or "exponential_200")];
        int without = problems.Sum(p => CollectedRun.Of(p, CollectedRun.Options with { UseLosses = false }).EvaluationsToTarget!.Value);
        int with = problems.Sum(p => CollectedRun.Of(p, CollectedRun.Options with { UseLosses = true }).EvaluationsToTarget!.Value);
        TestContext.Current.TestOutputHelper?.WriteLine($"{with} evaluations with the losses, {without} without");
        Assert.True(with < without, $"{with} with, {without} without");
    }

    [Fact]
    public void Minimize_EachExecution_TakesTheSameFirstSteps() => Compare(Execution.CompiledCalls, Execution.Eager);

    /// <summary>Explicit, as XLA takes seconds to compile the loop.</summary>
    [Fact(Explicit = true)]
    public void Minimize_InOneLoop_TakesTheSameFirstSteps() => Compare(Execution.Compiled);

    private static void Compare(params Execution[] executions)
    {
        using LbfgsResult traced = Lbfgs.Minimize(new PairedRosenbrock(), Using with { Execution = Execution.Traced });
        using LbfgsResult plain = Lbfgs.Minimize(new PairedRosenbrock(), Without);
        Assert.True(traced.Converged, traced.ToString());
        Assert.NotEqual(plain.History[4].Loss, traced.History[4].Loss);
        foreach (Execution execution in executions)
        {
            using LbfgsResult other = Lbfgs.Minimize(new PairedRosenbrock(), Using with { Execution = execution, MaxIterations = 10 });
            for (int k = 0; k <= 10; k++)
                Assert.Equal(traced.History[k].Loss, other.History[k].Loss, 1e-9 * traced.History[k].Loss);
        }
    }

    [Fact]
    public void MinimizeBatch_EachMember_TakesTheStepsOfASingleRun()
    {
        using Tensor starts = Tensor.From([-1.2, 1.0, 0.5, 2.0], [2L, 2L]);
        using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(BatchProblems.Rosenbrock, starts,
            new BatchOptions { MaxIterations = 12, UseLosses = true });
        using LbfgsBatchResult without = Lbfgs.MinimizeBatch(BatchProblems.Rosenbrock, starts,
            new BatchOptions { MaxIterations = 12, UseLosses = false });
        for (int member = 0; member < 2; member++)
        {
            using Tensor start = starts[member];
            using LbfgsResult single = Lbfgs.Minimize(BatchProblems.Rosenbrock, start, Using with { MaxIterations = 12 });
            Assert.Equal(single.Loss, batch.Losses[member], 1e-9 * single.Loss);
            Assert.Equal(single.Evaluations, batch.MemberEvaluations[member]);
            Assert.NotEqual(single.Loss, without.Losses[member]);
        }
    }

    [Fact]
    public void Load_InTheMiddleOfARun_GoesOnToTheSameBits()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using LbfgsMinimizer minimizer = new(new PairedRosenbrock(), Using);
            using LbfgsResult whole = minimizer.Minimize();
            using LbfgsState state = minimizer.Begin();
            for (int k = 0; k < 9; k++)
                minimizer.Step(state);
            state.Save(file);
            using LbfgsState loaded = LbfgsState.Load(file);
            using LbfgsResult rest = minimizer.Minimize(loaded);
            StepTests.AssertSame(whole, rest);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
