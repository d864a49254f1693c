using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>What a run does after a search that failed, and what it says about it. Every run ends with the best point adopted.</summary>
public sealed class FailedSearchTests : LeakChecked
{
    private const string Failed = "The last line search failed: ";

    [Fact]
    public void Tfp341_EndedByFailedSearches_NamesTheConditionAndTheBracket()
    {
        using LbfgsResult result = Run(Blocked(5), new LbfgsOptions(), out CountingObjective objective);
        Assert.Equal(StopReason.Stalled, result.Reason);
        Assert.Matches("^Stalled: .* line searches in a row .* The last line search failed: (limit|no width), .* sufficient decrease "
            + "does not hold \\(loss .*, needed below .*\\).* The last bracket: step .* to step .*\\.$", result.Message);
        AssertBest(result, objective);
    }

    [Fact]
    public void Stop_FirstFailure_EndsTheRun()
    {
        using LbfgsResult result =
            Run(Blocked(5), new LbfgsOptions { OnFailedSearch = FailedSearchPolicy.Stop }, out CountingObjective objective);
        Assert.Equal(StopReason.LineSearchFailed, result.Reason);
        Assert.Equal((1, 0), (result.FailedSearches, result.Restarts));
        Assert.StartsWith("No acceptable step; max |g| = ", result.Message);
        Assert.Contains(Failed, result.Message);
        Assert.True(result.Failed && !result.IsSuccess);
        AssertBest(result, objective);
    }

    [Fact]
    public void RestartOnce_SecondFailure_EndsTheRun()
    {
        using LbfgsResult result =
            Run(Blocked(5), new LbfgsOptions { OnFailedSearch = FailedSearchPolicy.RestartOnce }, out CountingObjective objective);
        Assert.Equal(StopReason.LineSearchFailed, result.Reason);
        Assert.Equal((2, 1), (result.FailedSearches, result.Restarts));
        AssertBest(result, objective);
    }

    [Theory]
    [InlineData(FailedSearchPolicy.Restart)]
    [InlineData(FailedSearchPolicy.RestartOnce)]
    public void Restart_OneSearchOfNotANumber_GoesOnFromTheBestPointAndConverges(FailedSearchPolicy policy)
    {
        // Thirty trials, one search, give NaN.
        CountingObjective objective =
            new((call, loss, gradient) => call is > 10 and <= 40 ? (loss * double.NaN, gradient) : (loss, gradient));
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { OnFailedSearch = policy, Execution = Execution.Eager });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Equal((1, 1), (result.FailedSearches, result.Restarts));
        AssertBest(result, objective);
    }

    [Fact]
    public void AcceptBest_NoisyLoss_GoesOnWhereOthersStall()
    {
        // A sawtooth below which no slope is right: every search of the others fails before long.
        static (Tensor, Tensor) Noisy(int call, Tensor loss, Tensor gradient) => (loss + 1e-3 * ((call * 7919) % 13) / 13.0, gradient);
        using LbfgsResult restarts = Run(Noisy, new LbfgsOptions { MaxIterations = 100 }, out _);
        using LbfgsResult accepts =
            Run(Noisy, new LbfgsOptions { MaxIterations = 100, OnFailedSearch = FailedSearchPolicy.AcceptBest },
            out CountingObjective objective);
        TestContext.Current.TestOutputHelper?.WriteLine($"{restarts}\n{accepts}");
        Assert.Equal(0, accepts.Restarts);
        Assert.True(accepts.FailedSearches > 0);
        Assert.True(accepts.GradientNorm < 1e-2 || accepts.Loss < 2e-3, accepts.ToString());
        AssertBest(accepts, objective);
    }

    [Fact]
    public void AcceptBest_HigherTrial_IsTaken()
    {
        // From the 6th call on every loss is higher than before: the iterations go up, the result stays the best.
        using LbfgsResult result =
            Run(Blocked(5), new LbfgsOptions { MaxIterations = 8, OnFailedSearch = FailedSearchPolicy.AcceptBest },
            out CountingObjective objective);
        Assert.True(result.History.Zip(result.History.Skip(1)).Any(pair => pair.Second.Loss > pair.First.Loss), result.ToString());
        AssertBest(result, objective);
    }

    [Fact]
    public void Throw_FirstFailure_ThrowsAfterTheBestPointWasAdopted()
    {
        CountingObjective objective = new(Blocked(5));
        TfLbfgsException thrown =
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(objective, new LbfgsOptions { OnFailedSearch = FailedSearchPolicy.Throw, Execution = Execution.Eager }));
        Assert.Matches("^Expected a step that meets the conditions of the line search, received none in iteration [2-9]; the best point "
            + "is kept\\. The last line search failed: ", thrown.Message);
        Assert.Equal(2, objective.Adopted.Length);
        Assert.NotEqual([-1.2, 1.0], objective.Adopted);
    }

    [Fact]
    public void Restart_IsTheDefault() => Assert.Equal(FailedSearchPolicy.Restart, new LbfgsOptions().OnFailedSearch);

    [Fact]
    public void OnFailedSearch_Unknown_IsRefused()
    {
        using Tensor start = TestObjectives.Start();
        Assert.Contains("OnFailedSearch",
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { OnFailedSearch = (FailedSearchPolicy)9 })).Message);
    }

    /// <summary>After so many calls every loss lies above all before, with the true gradient.</summary>
    private static Func<int, Tensor, Tensor, (Tensor, Tensor)> Blocked(int calls) =>
        (call, loss, gradient) => call > calls ? (100 + call + 0 * loss, gradient) : (loss, gradient);

    private static LbfgsResult Run(Func<int, Tensor, Tensor, (Tensor, Tensor)> change, LbfgsOptions options,
        out CountingObjective objective)
    {
        objective = new CountingObjective(change);
        return Lbfgs.Minimize(objective, options with { Execution = Execution.Eager });
    }

    private static void AssertBest(LbfgsResult result, CountingObjective objective)
    {
        Assert.Equal(objective.Losses.Where(double.IsFinite).Min(), result.Loss);
        Assert.Equal(result.Position.ToArray<double>(), objective.Adopted);
    }
}
