using TfLbfgs.Optimization;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Observing;

public sealed class SearchFailureTests : LeakChecked
{
    private static readonly LbfgsOptions Eager = new() { Execution = Execution.Eager };

    [Fact]
    public void Stalled_GradientOfAVariableIsNotFinite_MessageNamesItAndTheStep()
    {
        PartsObjective objective = new((call, _, loss, gradient) =>
        {
            gradient[3] = call > 1 ? double.NaN : gradient[3];
            return (loss, gradient);
        });
        using LbfgsResult result = Lbfgs.Minimize(objective, Eager);
        Assert.Equal(StopReason.Stalled, result.Reason);
        Assert.Matches(@"At step [\dE.-]+ the gradient of b \(1 of 3 components\) is not finite\.", result.Message);
        Assert.Equal(objective.Calls, result.Evaluations);
        Assert.Equal(result.SearchFailure!.Message,
            result.Message[result.Message.IndexOf("At step", StringComparison.Ordinal)..].Split(" The last")[0]);
        Assert.Equal([0L, 1], result.SearchFailure.Variables.Select(v => v.NotFinite));
        // The diagnosis is one evaluation, its read, and the read of the shares.
        Assert.Equal(result.Evaluations + 1, result.Reads);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Stalled_GradientOfAVariableHasTheWrongSign_MessageNamesIt(int wrong)
    {
        (int from, int to) = wrong == 0 ? (0, 2) : (2, 5);
        PartsObjective objective = new((_, _, loss, gradient) =>
        {
            for (int i = from; i < to; i++)
                gradient[i] *= -30;
            return (loss, gradient);
        });
        using LbfgsResult result = Lbfgs.Minimize(objective, Eager);
        Assert.Equal(StopReason.Stalled, result.Reason);
        string name = wrong == 0 ? "a" : "b", other = wrong == 0 ? "b" : "a";
        Assert.Contains($"The gradient of {name} (moved alone: predicted -", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"{other} (moved", result.Message, StringComparison.Ordinal);
        Assert.Equal(objective.Calls, result.Evaluations);
        VariableShare share = result.SearchFailure!.Variables[wrong];
        Assert.True(share.PredictedChange < 0 && share.ActualChange > 0);
        Assert.True(result.SearchFailure.PredictedChange < 0);
    }

    [Fact]
    public void Stalled_GradientIsRight_MessageSaysSo()
    {
        // Every loss is higher than that before, which no gradient explains but the first two calls look right.
        PartsObjective objective = new((_, x, loss, gradient) =>
        {
            double kink = Math.Abs(x[0] + 1) * 1e6;
            return (loss + kink, gradient);
        });
        using LbfgsResult result = Lbfgs.Minimize(objective, Eager);
        Assert.Equal(StopReason.Stalled, result.Reason);
        Assert.Contains("gradient", result.SearchFailure!.Message, StringComparison.Ordinal);
        Assert.Contains("a (moved alone", result.SearchFailure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadStart_GradientOfAVariableIsNotFinite_MessageNamesIt()
    {
        PartsObjective objective = new((_, _, loss, gradient) =>
        {
            gradient[0] = double.PositiveInfinity;
            gradient[1] = double.NaN;
            return (loss, gradient);
        });
        using LbfgsResult result = Lbfgs.Minimize(objective, Eager);
        Assert.Equal(StopReason.BadStart, result.Reason);
        Assert.Contains("the gradient of a (2 of 2 components) is not finite", result.Message, StringComparison.Ordinal);
        Assert.Equal(1, objective.Calls);
    }

    [Fact]
    public void ExplainFailures_EachFailedSearch_IsReportedToObservers()
    {
        Hearer hearer = new();
        // The searches of two iterations fail; then all is well.
        PartsObjective Objective() => new((call, _, loss, gradient) =>
        {
            gradient[2] = call is > 3 and < 50 ? double.NaN : gradient[2];
            return (loss, gradient);
        });
        using LbfgsResult told = Lbfgs.Minimize(Objective(), Eager with { ExplainFailures = true, Observers = [hearer] });
        Assert.Equal(told.FailedSearches, hearer.Failures.Count);
        Assert.NotEmpty(hearer.Failures);
        Assert.Contains("b (1 of 3 components)", hearer.Failures[0].Message, StringComparison.Ordinal);
        Assert.Equal(hearer.Failures[^1], told.SearchFailure);
        using LbfgsResult silent = Lbfgs.Minimize(Objective(), Eager);
        Assert.Equal(StopReason.Converged, silent.Reason);
        Assert.Null(silent.SearchFailure);
        Assert.True(silent.FailedSearches > 0);
    }

    private sealed class Hearer : LbfgsObserver
    {
        public List<LbfgsSearchFailure> Failures { get; } = [];

        public override void OnSearchFailed(LbfgsSearchFailure failure) => Failures.Add(failure);
    }
}
