using TfLbfgs.Optimization;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>What trials along a line prove about the error of a loss.</summary>
public sealed class TrialConsistencyTests
{
    private static readonly double Epsilon = Math.ScaleB(1, -52);

    [Fact]
    public void Add_ValuesAndSlopesOfOneFunction_ProvesNoNoise()
    {
        TrialConsistency consistency =
            Searched(a => Math.Cos(a) + 0.1 * a, a => -Math.Sin(a) + 0.1, 0.5, 1, 4, 2.2, 2.7, 2.70001, 2.700010001);
        Assert.Equal(0, consistency.Noise);
        Assert.Null(consistency.Rising);
    }

    [Fact]
    public void Add_ValuesWithNoise_ProvesItsSize()
    {
        const double noise = 1e-6;
        int sign = 1;
        TrialConsistency consistency =
            Searched(a => 1 + (a - 1) * (a - 1) + noise * (sign = -sign), a => 2 * (a - 1), 0.25, 0.3, 0.30001, 0.300011);
        Assert.InRange(consistency.Noise, noise, 3 * noise);
    }

    [Fact]
    public void Add_TrialThatIsNotFinite_IsLeftOut()
    {
        TrialConsistency consistency = Searched(a => a > 1 ? double.NaN : 2 - a, _ => -1, 0.5, 2, 0.9, 0.95);
        Assert.Equal(0, consistency.Noise);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public void Add_GradientOfEitherSign_RisingTellsTheWrongOne(int sign, bool isRising)
    {
        TrialConsistency consistency = Searched(a => 5 + sign * -20 * a + 20 * a * a, _ => -20, 0.1, 1e-3, 1e-5);
        Assert.Equal(isRising, consistency.Rising is not null);
        if (isRising)
            Assert.Equal(-1, consistency.PromiseRatio, 0.01);
    }

    private static TrialConsistency Searched(Func<double, double> value, Func<double, double> slope, params double[] steps)
    {
        TrialConsistency consistency = new(new LinePoint(0, value(0), slope(0)), Epsilon);
        foreach (double a in steps)
            consistency.Add(new LinePoint(a, value(a), slope(a)));
        return consistency;
    }
}
