using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Stopping.TestObjectives;

namespace TfLbfgs.Tests.Optimization.Stopping;

public sealed class ValidationTests : LeakChecked
{
    /// <summary>Lowest where the way to (1, 1) has come half-way.</summary>
    private static Tensor HalfWay(Tensor p)
    {
        using TensorScope scope = new();
        Tensor difference = p[0] - 0.3;
        return scope.Keep(difference * difference + 0.25);
    }

    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void BlogQuestion_EarlyStoppingOnValidation_RestoresTheBestPointAndSaysSo(Execution execution)
    {
        using Tensor start = Start();
        Validation validation = new(HalfWay) { Patience = 3 };
        using LbfgsResult result = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { Validation = validation, Execution = execution });
        Assert.Equal(StopReason.NoImprovement, result.Reason);
        Assert.True(result.IsSuccess);
        LbfgsProgress best = result.History.MinBy(p => p.ValidationLoss)!;
        Assert.Equal(best.ValidationLoss, result.ValidationLoss);
        Assert.Equal(best.Iteration, result.ValidationIteration);
        Assert.Equal(best.Iteration + 3, result.Iterations);
        Assert.Equal(best.Loss, result.Loss);
        Assert.Equal(best.GradientNorm, result.GradientNorm);
        double x = result.Position.ToArray<double>()[0];
        Assert.Equal(result.ValidationLoss!.Value, (x - 0.3) * (x - 0.3) + 0.25, 1e-14);
        Assert.Contains($"the point of iteration {best.Iteration}", result.Message, StringComparison.Ordinal);
        Assert.Contains("3 measurements", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_EveryKthIteration_OneReadEachAndNoneBetween()
    {
        int calls = 0;
        using Tensor start = Start();
        NativeCounters before = NativeCounters.Now;
        using LbfgsResult result =
            Lbfgs.Minimize(Rosenbrock, start,
            new LbfgsOptions { MaxIterations = 20, Validation = new Validation(HalfWay) { Interval = 5 } });
        NativeCounters used = NativeCounters.Now.Since(before);
        Assert.Equal([0, 5, 10, 15, 20], result.History.Where(p => p.ValidationLoss is not null).Select(p => p.Iteration));
        Assert.Equal(result.Reads, used.Reads);
        Assert.True(result.Reads <= result.Evaluations + result.Iterations + 5);
        using LbfgsResult host =
            Lbfgs.Minimize(Rosenbrock, start,
            new LbfgsOptions { MaxIterations = 20, Validation = new Validation(p => calls++ + p.ToArray<double>()[0]) { Interval = 4 } });
        Assert.Equal(6, calls);
        Assert.Equal(0, host.ValidationIteration);
        Assert.Equal([-1.2, 1.0], host.Position.ToArray<double>());
    }

    [Fact]
    public void RestoreBest_Off_ReturnsTheLowestLoss()
    {
        using Tensor start = Start();
        using LbfgsResult result =
            Lbfgs.Minimize(Rosenbrock, start,
            new LbfgsOptions { MaxIterations = 30, Validation = new Validation(HalfWay) { RestoreBest = false } });
        Assert.Equal(result.History.Min(p => p.Loss), result.Loss);
        Assert.Equal(result.History.Min(p => p.ValidationLoss), result.ValidationLoss);
        Assert.DoesNotContain("validation", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_NeverFinite_KeepsTheLowestLossAndReportsNone()
    {
        using Tensor start = Start();
        using LbfgsResult result =
            Lbfgs.Minimize(Rosenbrock, start,
            new LbfgsOptions { MaxIterations = 30, Validation = new Validation(_ => double.NaN) { Patience = 4 } });
        // The start is the first of the four measurements.
        Assert.Equal(3, result.Iterations);
        Assert.Null(result.ValidationLoss);
        Assert.Null(result.ValidationIteration);
        Assert.Equal(result.History.Min(p => p.Loss), result.Loss);
    }

    [Fact]
    public void Constructor_LossThatIsNoScalar_SaysWhatWasExpected()
    {
        using Tensor start = Start();
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { Validation = new Validation(p => p * 2) }));
        Assert.Contains("LbfgsOptions.Validation", e.Message, StringComparison.Ordinal);
        Assert.Contains("float64(2,)", e.Message, StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { Validation = new Validation(_ => (Tensor)null!) }));
    }
}
