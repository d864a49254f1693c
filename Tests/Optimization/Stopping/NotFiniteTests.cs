using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Stopping;

public sealed class NotFiniteTests : LeakChecked
{
    [Theory]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    [InlineData(double.NegativeInfinity, false)]
    [InlineData(double.NaN, true)]
    [InlineData(double.PositiveInfinity, true)]
    public void Minimize_FromAnEvaluationOn_KeepsTheBestPointAndSaysSo(double bad, bool inGradient)
    {
        foreach (int from in (int[])[1, 2, 8, 20])
        {
            CountingObjective objective =
                new((call, loss, gradient) => call < from
                ? (loss, gradient) : inGradient ? (loss, gradient * bad) : (loss * 0 + bad, gradient));
            using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager });
            Assert.False(result.IsSuccess, result.ToString());
            Assert.Equal(objective.Adopted, result.Position.ToArray<double>());
            Assert.All(objective.Adopted, x => Assert.True(double.IsFinite(x)));
            if (from == 1)
            {
                Assert.Equal(StopReason.BadStart, result.Reason);
                Assert.Contains("nothing was changed", result.Message, StringComparison.Ordinal);
                Assert.Equal([-1.2, 1.0], objective.Adopted);
                continue;
            }

            Assert.True(result.Reason is StopReason.Stalled or StopReason.WorkingPrecision, result.ToString());
            Assert.Contains("not finite; the result is the best point before", result.Message, StringComparison.Ordinal);
            Assert.Equal(result.History.Min(p => p.Loss), result.Loss);
            using Tensor adopted = Tensor.From(objective.Adopted);
            using Tensor loss = TestObjectives.Rosenbrock(adopted);
            Assert.Equal(result.Loss, loss.ToScalar<double>());
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(17)]
    public void Jaxopt409_NotANumberOnce_GoesOnToTheMinimum(int at)
    {
        CountingObjective objective =
            new((call, loss, gradient) => call == at ? (loss * double.NaN, gradient * double.NaN) : (loss, gradient));
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.True(result.Loss < 1e-12, result.ToString());
        Assert.Equal(objective.Calls, result.Evaluations);
    }

    [Fact]
    public void PytorchLbfgs9_SearchFails_TheModelHoldsTheBestAcceptedPoint()
    {
        // From the tenth evaluation on the gradient points uphill: no search can succeed any more.
        CountingObjective objective = new((call, loss, gradient) => (loss, call < 10 ? gradient : -1 * gradient));
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager });
        Assert.Equal(StopReason.Stalled, result.Reason);
        Assert.True(result.FailedSearches > 0);
        Assert.Equal(result.History.Min(p => p.Loss), result.Loss);
        Assert.Equal(objective.Adopted, result.Position.ToArray<double>());
    }
}
