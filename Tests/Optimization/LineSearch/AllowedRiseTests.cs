using TfLbfgs.Optimization;
using TfLbfgs.Tests.Optimization.Resuming;
using TfLbfgs.Tests.Support;
using Xunit;
using Zoom = TfLbfgs.Optimization.ZoomRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Tests.Optimization;

/// <summary><see cref="AlgorithmOptions.AllowedRise"/>.</summary>
public sealed class AllowedRiseTests : LeakChecked
{
    [Theory]
    [InlineData(1.2, 0.5, true)]
    [InlineData(1.4, 0.5, false)]
    [InlineData(1.2, -0.9995, false)]
    [InlineData(0.9, -0.8, true)]
    public void MeetsNonmonotone_ValueAndSlope_WithinTheRise(double value, double slope, bool meets)
    {
        WolfeConditions<HostScalar> conditions = new(new(0, 1, -1), 1e-4, 0.9, 0, 0.3);
        Assert.Equal(meets, Zoom.MeetsNonmonotone(new(1, value, slope), conditions).Value);
        Assert.False(Zoom.MeetsNonmonotone(new(1, value, slope), conditions with { Rise = 0 }).Value);
    }

    [Fact]
    public void Minimize_CurvedValley_RisesButNeverAboveTheIterationBeforeTheLast()
    {
        using LbfgsResult result = Lbfgs.Minimize(new PairedRosenbrock(), new LbfgsOptions());
        double[] losses = [.. result.History.Select(progress => progress.Loss)];
        Assert.Contains(Enumerable.Range(1, losses.Length - 1), k => losses[k] > losses[k - 1]);
        Assert.All(Enumerable.Range(2, losses.Length - 2),
            k => Assert.True(losses[k] <= Math.Max(losses[k - 1], losses[k - 2]), $"{k}: {losses[k]}"));
        Assert.Equal(losses.Min(), result.Loss);
        using LbfgsResult without = Lbfgs.Minimize(new PairedRosenbrock(), new LbfgsOptions { AllowedRise = 0 });
        Assert.All(without.History.Zip(without.History.Skip(1)), pair => Assert.True(pair.Second.Loss <= pair.First.Loss));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void AllowedRise_OutOfRange_IsRefused(double rise) =>
        Assert.Contains("AllowedRise", Assert.Throws<TfLbfgsException>(() => new LbfgsOptions { AllowedRise = rise }.Validate()).Message);
}
