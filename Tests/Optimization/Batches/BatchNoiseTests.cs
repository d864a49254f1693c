using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Batches.BatchProblems;

namespace TfLbfgs.Tests.Optimization.Batches;

/// <summary>A member of a batch does what a single run does where the loss is noisier than its rounding.</summary>
public sealed class BatchNoiseTests : LeakChecked
{
    private const int Members = 10;
    private const int Count = 4;

    [Fact]
    public void MinimizeBatch_NoisyLoss_EndsAsSingleRunsDo()
    {
        using Tensor starts = Starts(Members, Count, seed: 11, reach: 3);
        using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(Noisy, starts);
        TestContext.Current.TestOutputHelper?.WriteLine($"{batch} {string.Join(", ", batch.MemberEvaluations)}");
        for (int i = 0; i < Members; i++)
        {
            using Tensor start = starts[i];
            using LbfgsResult single = Lbfgs.Minimize(Noisy, start);
            TestContext.Current.TestOutputHelper?.WriteLine(single.ToString());
            Assert.True(batch.Reasons[i] is StopReason.Converged or StopReason.WorkingPrecision, batch.Messages[i]);
            Assert.True(single.Reason is StopReason.Converged or StopReason.WorkingPrecision, single.Message);
        }
    }

    [Fact]
    public void MinimizeBatch_GivenNoise_WidensTheBandAsInSingleRuns()
    {
        using Tensor starts = Starts(Members, Count, seed: 12, reach: 3);
        // Of a noise of 1e8 radians a unit, what losses report differs by more than rounding between one vector and many.
        BatchOptions options = new()
        {
            Noise = Noise.Absolute(1e-5),
            FloorIterations = 3,
            UseLosses = false,
            AllowedRise = 0,
            AdaptFirstTrial = false,
        };
        using LbfgsBatchResult batch = Lbfgs.MinimizeBatch(Noisy, starts, options);
        for (int i = 0; i < Members; i++)
        {
            using Tensor start = starts[i];
            using LbfgsResult single = Lbfgs.Minimize(Noisy, start, options.ForOne());
            Assert.Equal(single.Reason, batch.Reasons[i]);
            Assert.Equal(single.Evaluations, batch.MemberEvaluations[i], (a, b) => Math.Abs(a - b) <= 2);
        }
    }

    [Theory]
    [InlineData(Execution.CompiledCalls)]
    [InlineData(Execution.Compiled)]
    public void MinimizeBatch_CompiledInEveryName_IsCompiled(Execution execution)
    {
        // XLA has no Dawson's integral: what is compiled is refused, and what is not converges.
        static (Tensor, Tensor) Loss(Tensor x) => (SumLast(x * x + 0.0 * RawOps.Dawsn(x)), 2 * x);
        using Tensor starts = Starts(2, Count, seed: 13);
        BatchOptions options = new() { Execution = execution };
        Assert.ThrowsAny<TfLbfgsException>(() => Lbfgs.MinimizeBatch(Loss, starts, options));
        using LbfgsBatchResult traced = Lbfgs.MinimizeBatch(Loss, starts, options with { Execution = Execution.Auto });
        Assert.True(traced.AllConverged);
    }

    /// <summary>A smooth quadratic with its gradient, and noise in the loss that the gradient does not know.</summary>
    private static (Tensor Losses, Tensor Gradients) Noisy(Tensor x)
    {
        Tensor weights = Tensor.From([1.0, 3.0, 10.0, 30.0]);
        return (SumLast(weights * x * x) + 1e-5 * SumLast(RawOps.Sin(1e8 * x)), 2 * weights * x);
    }
}
