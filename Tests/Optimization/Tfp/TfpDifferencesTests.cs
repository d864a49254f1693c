using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>
/// Each defect of tfp that docs/reference/differences.md lists: that compatibility mode has it, and that the default mode does not, for a
/// single vector and for a batch.
/// </summary>
public sealed class TfpDifferencesTests : LeakChecked
{
    [Fact]
    public void LossThatRoundingHides_IsConvergedForTfp_AndNotByDefault()
    {
        // The loss is 1e8, whose last bit is 8: no step changes it, and the gradient is not small.
        static Tensor Loss(Tensor x) => Sum(Square(Square(x - 1))) + 1e8;
        using Tensor start = Tensor.From([1.8f]);
        using LbfgsResult tfp = Lbfgs.Minimize(Loss, start, LbfgsOptions.TfpCompatible);
        Assert.True(tfp.Converged && tfp.GradientNorm > 1e-3, tfp.ToString());
        Assert.Equal(StopReason.Stalled, tfp.Reason);
        Assert.False(tfp.IsSuccess);
        Assert.Contains("tfp counts as converged", tfp.Message, StringComparison.Ordinal);

        using LbfgsResult single = Lbfgs.Minimize(Loss, start);
        Assert.False(single.Converged && single.GradientNorm > 1e-8, single.ToString());
        using LbfgsBatchResult batch = Batch(x => (SumLast(Square(Square(x - 1))) + 1e8, 4 * (x - 1) * Square(x - 1)), start);
        Assert.False(batch.Converged[0] && batch.GradientNorms[0] > 1e-8, batch.Messages[0]);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.1)]
    public void RelativeLossTolerance_ForNegativeLosses_NeverHoldsForTfp_AndHoldsByDefault(double offset)
    {
        Func<Tensor, (Tensor, Tensor)> bowl = ShiftedBowl(offset);
        using Tensor start = Tensor.From(Enumerable.Range(1, 60).Select(i => 61.0 - i).ToArray());
        TfpOptions tolerance = LbfgsOptions.TfpCompatible with { GradientTolerance = 0, RelativeLossTolerance = 1e-3 };
        using LbfgsResult tfp = Lbfgs.Minimize(bowl, start, tolerance);
        Assert.Equal(offset > 0 ? StopReason.LossTolerance : StopReason.IterationLimit, tfp.Reason);
        using LbfgsBatchResult batch = Batch(bowl, start, new BatchOptions { GradientTolerance = 0, RelativeLossTolerance = 1e-3 });
        Assert.Equal(StopReason.LossTolerance, batch.Reasons[0]);
        Assert.True(batch.Converged[0]);
    }

    [Fact]
    public void FailedSearch_AtAHigherPoint_MovesTfpThere_AndNeverTheDefault()
    {
        // 1e6 + a cubic that falls at 0, lies 0.5 higher at step 1, and is no number beyond 4: tfp allows 1e-6 |f| more.
        static (Tensor, Tensor) Ledge(Tensor x)
        {
            Tensor wall = RawOps.Greater(x, Tensor.Scalar(4.0));
            Tensor nan = Tensor.Scalar(double.NaN);
            Tensor value = 1e6 + x * (-1 + x * (3.6 - 2.1 * x));
            return (SumLast(RawOps.SelectV2(wall, nan, value)), RawOps.SelectV2(wall, nan, -1 + x * (7.2 - 6.3 * x)));
        }

        using Tensor start = Tensor.From([0.0]);
        using LbfgsResult tfp = Lbfgs.Minimize(Ledge, start, LbfgsOptions.TfpCompatible);
        Assert.True(tfp.Failed, tfp.ToString());
        Assert.Equal(StopReason.LineSearchFailed, tfp.Reason);
        Assert.Equal(1e6 + 0.5, tfp.Loss, 1e-6);

        using LbfgsBatchResult batch = Batch(Ledge, start);
        Assert.True(batch.Losses[0] < 1e6, batch.Messages[0]);
        using LbfgsResult single = Lbfgs.Minimize(Ledge, start);
        Assert.True(single.Loss < 1e6, single.ToString());
    }

    [Fact]
    public void FlatnessTest_ThatAlsoHoldsDownhill_EndsTfpUphill_AndNotTheDefault()
    {
        // The start at which tfp takes a point that violates the Wolfe conditions, stores a pair without curvature, and then goes uphill.
        using Tensor start = Tensor.From([0.0, -5.0]);
        using LbfgsResult tfp = Lbfgs.Minimize(Himmelblau, start, LbfgsOptions.TfpCompatible);
        Assert.True(tfp is { Failed: true, Reason: StopReason.LineSearchFailed }, tfp.ToString());
        Assert.True(tfp.GradientNorm > 1, tfp.ToString());
        using LbfgsBatchResult batch = Batch(Himmelblau, start);
        Assert.Equal(StopReason.Converged, batch.Reasons[0]);
        Assert.True(batch.Losses[0] < 1e-12, batch.Messages[0]);
        using LbfgsResult single = Lbfgs.Minimize(Himmelblau, start);
        Assert.Equal(StopReason.Converged, single.Reason);
    }

    [Fact]
    public void FirstStep_IsTheWholeGradientForTfp_AndAtMostOneByDefault()
    {
        Assert.Equal(1e6, FirstDistance(LbfgsOptions.TfpCompatible), 1e-3);
        Assert.InRange(FirstDistance(new BatchOptions()), 1e-9, 1);

        static double FirstDistance(RunOptions options)
        {
            List<double> seen = [];
            using Tensor start = Tensor.From([2.0]);
            using LbfgsBatchResult result = Batch(
                x =>
                {
                    seen.Add(x.ToArray<double>()[0]);
                    return (SumLast(0.5e6 * Square(x - 1)), 1e6 * (x - 1));
                },
                start,
                options with { Execution = Execution.Eager });
            return Math.Abs(seen[1] - seen[0]);
        }
    }

    [Fact]
    public void FirstTrialAtTheMinimum_CostsTfpASecondEvaluation_AndNotTheDefault()
    {
        static (Tensor, Tensor) Bowl(Tensor x) => (0.5 * SumLast(Square(x)), x + 0);
        using Tensor start = Tensor.From([0.5, 0.25]);
        using LbfgsResult tfp = Lbfgs.Minimize(Bowl, start, LbfgsOptions.TfpCompatible);
        Assert.True(tfp is { Iterations: 1, Evaluations: 3, Converged: true }, tfp.ToString());
        using LbfgsBatchResult batch = Batch(Bowl, start);
        Assert.True(batch is { Iterations: 1, Evaluations: 2 } && batch.Converged[0], batch.ToString());
    }

    [Fact]
    public void NotANumberInASearch_FailsTfp_AndIsSteppedBackFromByDefault()
    {
        static (Tensor, Tensor) Barrier(Tensor x) => (SumLast(Square(x) - RawOps.Log(x)), 2 * x - RawOps.Reciprocal(x));
        using Tensor start = Tensor.From([2.0]);
        using LbfgsResult tfp = Lbfgs.Minimize(Barrier, start, LbfgsOptions.TfpCompatible);
        Assert.True(tfp is { Failed: true, Reason: StopReason.LineSearchFailed }, tfp.ToString());
        Assert.Contains("not finite", tfp.Message, StringComparison.Ordinal);
        using LbfgsBatchResult batch = Batch(Barrier, start);
        Assert.True(batch.Converged[0], batch.Messages[0]);
        Assert.Equal(Math.Sqrt(0.5), batch.Position.ToArray<double>()[0], 1e-7);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void BadStart_IsEvaluatedTwiceByTfp_AndOnceByDefault(double value)
    {
        (Tensor, Tensor) Bad(Tensor x) => (SumLast(x) * 0 + value, x * 0);
        using Tensor start = Tensor.From([1.0, 2.0]);
        using LbfgsResult tfp = Lbfgs.Minimize(Bad, start, LbfgsOptions.TfpCompatible);
        Assert.True(tfp is { Failed: true, Converged: false, Evaluations: 2, Iterations: 1, Reason: StopReason.BadStart }, tfp.ToString());
        using LbfgsBatchResult batch = Batch(Bad, start);
        Assert.True(batch.Failed[0] && batch is { Evaluations: 1, Iterations: 0 }, batch.ToString());
        Assert.Equal(StopReason.BadStart, batch.Reasons[0]);
    }

    [Fact]
    public void MinusInfinity_IsConvergedForTfp_AndABadStartByDefault()
    {
        static (Tensor, Tensor) Pit(Tensor x) => (SumLast(x) * 0 + double.NegativeInfinity, x * 0);
        using Tensor start = Tensor.From([1.0]);
        using LbfgsResult tfp = Lbfgs.Minimize(Pit, start, LbfgsOptions.TfpCompatible);
        Assert.True(tfp is { Converged: true, Failed: false }, tfp.ToString());
        Assert.Contains("-infinity", tfp.Message, StringComparison.Ordinal);
        using LbfgsBatchResult batch = Batch(Pit, start);
        Assert.Equal(StopReason.BadStart, batch.Reasons[0]);
    }

    [Fact]
    public void GradientEqualToTheTolerance_AtTheStart_FailsTfp_AndIsConvergedByDefault()
    {
        static (Tensor, Tensor) Flat(Tensor x) => (SumLast(Square(x)), 2 * x);
        using Tensor start = Tensor.From([0.0]);
        using LbfgsResult tfp = Lbfgs.Minimize(Flat, start, LbfgsOptions.TfpCompatible with { GradientTolerance = 0 });
        Assert.True(tfp is { Converged: false, Failed: true }, tfp.ToString());
        using LbfgsBatchResult batch = Batch(Flat, start, new BatchOptions { GradientTolerance = 0 });
        Assert.True(batch.Converged[0], batch.Messages[0]);
    }

    [Fact]
    public void Limits_LeaveBothFlagsFalse_AndAreAlwaysNamed()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult iterations = Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { MaxIterations = 3 });
        Assert.True(iterations is { Converged: false, Failed: false, Reason: StopReason.IterationLimit }, iterations.ToString());
        Assert.Contains("limit of 3 iterations", iterations.Message, StringComparison.Ordinal);
        using LbfgsResult evaluations = Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { MaxEvaluations = 8 });
        Assert.Equal(StopReason.EvaluationLimit, evaluations.Reason);
        Assert.Equal(8, evaluations.Evaluations);
    }

    private static LbfgsBatchResult Batch(Func<Tensor, (Tensor, Tensor)> function, Tensor start, RunOptions? options = null) =>
        EitherMode.MinimizeBatch(function, start, options ?? new BatchOptions());

    private static Func<Tensor, (Tensor, Tensor)> ShiftedBowl(double offset) => x =>
    {
        Tensor scales = Tensor.From(Enumerable.Range(1, 60).Select(i => (double)i).ToArray());
        return (SumLast(scales * Square(x - 1)) + offset, 2 * scales * (x - 1));
    };

    private static (Tensor, Tensor) Himmelblau(Tensor x)
    {
        (Tensor a, Tensor b) = (x[TensorIndex.Ellipsis, 0], x[TensorIndex.Ellipsis, 1]);
        Tensor p = a * a + b - 11;
        Tensor q = a + b * b - 7;
        return (p * p + q * q, RawOps.Pack([4 * a * p + 2 * q, 2 * p + 4 * b * q], -1));
    }

    private static Tensor Rosenbrock(Tensor x) => Square(1 - x[0]) + 100 * Square(x[1] - Square(x[0]));

    private static Tensor Square(Tensor x) => x * x;

    private static Tensor Sum(Tensor x) => RawOps.Sum(x, Tensor.From([0]));

    private static Tensor SumLast(Tensor x) => RawOps.Sum(x, Tensor.From([-1]));
}
