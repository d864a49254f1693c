using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

public sealed class CubicZoomTests : LeakChecked
{
    private const double SufficientDecrease = 1e-4;

    private static readonly Dictionary<string, Func<double, (double Value, double Slope)>> Functions = new()
    {
        ["parabola"] = a => ((a - 1) * (a - 1), 2 * (a - 1)),
        ["more_thuente_1"] = a => (-a / (a * a + 2), (a * a - 2) / ((a * a + 2) * (a * a + 2))),
        ["more_thuente_2"] = a =>
            (Math.Pow(a + 0.004, 5) - 2 * Math.Pow(a + 0.004, 4), 5 * Math.Pow(a + 0.004, 4) - 8 * Math.Pow(a + 0.004, 3)),
        ["valley_far_away"] = a => (Math.Cosh((a - 50) / 20), Math.Sinh((a - 50) / 20) / 20),
        ["barrier"] = a => (-Math.Log(1 - a) - 3 * a, 1 / (1 - a) - 3),
        ["steep_exponential"] = a => (Math.Exp(40 * a) - 60 * a, 40 * Math.Exp(40 * a) - 60),
        ["ripples"] = a => (-a + 0.3 * Math.Sin(9 * a) + a * a / 20, -1 + 2.7 * Math.Cos(9 * a) + a / 10),
    };

    private readonly List<double> _steps = [];
    private readonly List<double> _values = [];

    public static TheoryData<string, double, double> Cases()
    {
        TheoryData<string, double, double> cases = [];
        foreach (string name in Functions.Keys.Where(name => name != "ripples"))
        {
            foreach (double first in new[] { 1e-4, 0.1, 1, 7, 1e3 })
            {
                cases.Add(name, first, 0.9);
                cases.Add(name, first, 0.1);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Search_SmoothFunction_MeetsTheStrongWolfeConditions(string name, double firstStep, double curvature)
    {
        (double value, double slope) = Functions[name](0);
        Found found = Search(Functions[name], firstStep, curvature: curvature);
        using Trial trial = found.Trial!;
        Assert.True(found.Accepted);
        Assert.False(found.Interrupted);
        Assert.True(trial.Value <= value + SufficientDecrease * trial.Step * slope, "sufficient decrease");
        Assert.True(Math.Abs(trial.Slope) <= -curvature * slope, "curvature");
        Assert.Equal(_steps[^1], trial.Step);
    }

    [Fact]
    public void Search_DescendingToAWall_StaysBeforeIt()
    {
        Found found = Search(a => a < 0.5 ? (-a, -1) : (double.NaN, double.NaN), 1);
        using Trial trial = found.Trial!;
        Assert.True(found.Accepted);
        Assert.InRange(trial.Step, 0.45, 0.5);
        double wall = double.PositiveInfinity;
        foreach (double step in _steps)
        {
            Assert.True(step < wall, "beyond a step that was not finite");
            wall = step >= 0.5 ? step : wall;
        }
    }

    [Fact]
    public void Search_NothingFinite_FailsWithoutATrial()
    {
        Found found = Search(_ => (double.PositiveInfinity, 0), 1);
        Assert.False(found.Accepted);
        Assert.Null(found.Trial);
        Assert.Equal(30, _steps.Count);
    }

    [Fact]
    public void Search_UnboundedBelow_EndsAtTheLargestStep()
    {
        Found found = Search(a => (-a, -1), 1);
        using Trial trial = found.Trial!;
        Assert.True(found.Accepted);
        Assert.True(trial.Step >= 1e10);
    }

    [Theory]
    [InlineData(4 * 2.3e-16, true)]
    [InlineData(0, false)]
    public void Search_RiseWithinTheNoise_IsAcceptedByTheSlope(double noise, bool accepted)
    {
        Found found = Search(a => (1 + (a > 0 ? 4.5e-16 : 0), 1e-10 * (a - 1)), 1, noise: noise);
        using Trial? trial = found.Trial;
        Assert.Equal(accepted, found.Accepted);
        Assert.Equal(accepted, _steps.Count == 1);
    }

    [Fact]
    public void Search_RiseBeyondTheNoise_IsNotAccepted()
    {
        Found found = Search(a => (1 + (a > 0 ? 1e-14 : 0), 1e-10 * (a - 1)), 1, noise: 9e-16);
        found.Trial?.Dispose();
        Assert.False(found.Accepted);
    }

    [Fact]
    public void Search_SlopeIsWrong_ReturnsTheBestTrial()
    {
        // The slope at the start promises a descent that is not there, and each trial one that is steeper still.
        Found found = Search(a => (1 + 0.1 * Math.Abs(a - 0.3) - 1e-3 * a, a == 0 ? -1 : -5), 1);
        using Trial trial = found.Trial!;
        Assert.False(found.Accepted);
        Assert.False(found.Interrupted);
        Assert.Equal(_values.Min(), trial.Value);
        Assert.InRange(_steps.Count, 2, 30);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Search_MaxTrials_IsKept(int maxTrials)
    {
        Found found = Search(Functions["ripples"], 40, curvature: 0.0002, maxTrials: maxTrials);
        found.Trial?.Dispose();
        Assert.True(_steps.Count <= maxTrials);
        Assert.True(found.Accepted || _steps.Count == maxTrials);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Search_Interrupted_SaysSoAndKeepsTheBestTrial(int evaluations)
    {
        Found found = Search(Functions["more_thuente_2"], 100, limit: evaluations);
        using Trial? trial = found.Trial;
        Assert.False(found.Accepted);
        Assert.True(found.Interrupted);
        Assert.Equal(evaluations, _steps.Count);
        Assert.Equal(evaluations > 0 ? _values.Min() : null, trial?.Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Search_EvaluationThrows_LeavesNoHandle(int before) =>
        Assert.Throws<InvalidOperationException>(() =>
            Search(a => _steps.Count > before ? throw new InvalidOperationException() : Functions["more_thuente_2"](a), 100));

    private Found Search(
        Func<double, (double Value, double Slope)> function, double firstStep, double curvature = 0.9, double noise = 0, int maxTrials = 30,
            int limit = int.MaxValue)
    {
        (double value, double slope) = function(0);
        Line line = new(
            new LinePoint(0, value, slope), firstStep, noise, Math.Min(SufficientDecrease, curvature / 2), curvature, maxTrials);
        using TrialKeeper keeper = new(line, Evaluate);
        Trial? trial = keeper.Run(new CubicZoom());
        return new Found(trial, keeper.IsAccepted, keeper.IsInterrupted);

        Trial? Evaluate(double step)
        {
            if (_steps.Count >= limit)
                return null;
            _steps.Add(step);
            (double at, double slopeThere) = function(step);
            _values.Add(at);
            return new Trial(Tensor.From([step]), Tensor.From([slopeThere]),
                default(EvaluationScalars) with { Step = step, Value = at, Slope = slopeThere });
        }
    }

    private sealed record Found(Trial? Trial, bool Accepted, bool Interrupted);
}
