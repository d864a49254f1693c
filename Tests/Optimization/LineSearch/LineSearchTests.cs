using TfLbfgs.Optimization;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>What every line search must do, on functions of one variable.</summary>
public sealed class LineSearchTests
{
    private static readonly Dictionary<string, LineSearch> Searches = new()
    {
        [nameof(CubicZoom)] = new CubicZoom(),
        [nameof(MoreThuente)] = new MoreThuente(),
        [nameof(HagerZhangSearch)] = new HagerZhangSearch(),
        [nameof(BacktrackingArmijo)] = new BacktrackingArmijo(),
        [nameof(FixedStep)] = new FixedStep(),
    };

    private static readonly string[] Smooth =
        ["quadratic", "square", "two_minima", "window", "cut_nan", "log_barrier", "quartic_far", "steep", "exp_flat", "mt1", "mt2", "mt3",
            "mt4", "mt5", "mt6"];

    /// <summary>Functions that descend for ever end at the largest step, others at a point that meets the conditions.</summary>
    public static TheoryData<string, string, double, double> Wolfe()
    {
        TheoryData<string, string, double, double> cases = [];
        foreach (string search in (string[])[nameof(CubicZoom), nameof(MoreThuente), nameof(HagerZhangSearch)])
        {
            foreach (string name in Smooth)
            {
                foreach (double first in (double[])[1e-3, 0.1, 1, 10, 1000])
                {
                    cases.Add(search, name, first, 0.9);
                    cases.Add(search, name, first, 0.1);
                }
            }
        }

        return cases;
    }

    public static TheoryData<string, string, double> Armijo()
    {
        TheoryData<string, string, double> cases = [];
        foreach (string name in Smooth)
        {
            foreach (double first in (double[])[1e-3, 0.1, 1, 10, 1000])
                cases.Add(nameof(BacktrackingArmijo), name, first);
        }

        return cases;
    }

    public static TheoryData<string> Names() => [.. Searches.Keys];

    public static TheoryData<string> Conditional() => [.. Searches.Keys.Where(name => name != nameof(FixedStep))];

    [Theory]
    [MemberData(nameof(Wolfe))]
    public void Steps_SmoothFunction_EndAtTheWolfeConditions(string search, string name, double firstStep, double c2)
    {
        LineRun run = LineRun.Of(Searches[search], LineFunctions.All[name], firstStep, c2: c2, maxTrials: 60);
        Assert.True(run.Line.AcceptedStep is not null, $"failed: {run.Line.Failure}, {SearchSentence.Of(run.Line)}");
        LinePoint start = run.Line.Start;
        LinePoint end = run.Accepted;
        double required = c2 * start.Slope;
        bool approximate = end.Value == start.Value && end.Slope <= (2e-4 - 1) * start.Slope;
        Assert.True(approximate || end.Value <= start.Value + 1e-4 * end.Step * start.Slope, $"sufficient decrease at {end}");
        bool strong = search != nameof(HagerZhangSearch);
        Assert.True(end.Slope >= required && (!strong || end.Slope <= -required || approximate), $"curvature at {end}");
        Assert.Equal(run.Points[^1], end);
        Assert.Equal(run.Points.Count, run.Points.Select(point => point.Step).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Armijo))]
    public void Steps_Backtracking_NeverGrowAndDecreaseSufficiently(string search, string name, double firstStep)
    {
        LineRun run = LineRun.Of(Searches[search], LineFunctions.All[name], firstStep);
        LinePoint end = run.Accepted;
        Assert.False(run.Line.IsTooHigh(end) && end.Value != run.Line.Start.Value, $"{end}");
        Assert.Equal(run.Points.Select(point => point.Step).OrderDescending(), run.Points.Select(point => point.Step));
        for (int i = 1; i < run.Points.Count; i++)
            Assert.InRange(run.Points[i].Step / run.Points[i - 1].Step, 0.1 - 1e-12, 0.5 + 1e-12);
    }

    [Theory]
    [MemberData(nameof(Conditional))]
    public void Steps_DescendingToAWall_StayBeforeIt(string search)
    {
        LineRun run = LineRun.Of(Searches[search], a => a < 0.5 ? (-a, -1) : (double.NaN, double.NaN), 1);
        Assert.True(run.Accepted.Step < 0.5 && (search == nameof(BacktrackingArmijo) || run.Accepted.Step > 0.45), $"{run.Accepted}");
        double wall = double.PositiveInfinity;
        foreach (LinePoint point in run.Points)
        {
            Assert.True(point.Step < wall, "beyond a step that was not finite");
            wall = point.IsFinite ? wall : point.Step;
        }

        Assert.Equal(0.1, run.Points[1].Step, 12);
    }

    [Theory]
    [MemberData(nameof(Conditional))]
    public void Steps_AHoleInTheBracket_GoBackTowardsTheLowEnd(string search)
    {
        // A minimum at 2 with nothing finite between 3 and 40.
        LineRun run =
            LineRun.Of(Searches[search], a => a is > 3 and < 40 ? (double.NaN, double.NaN) : ((a - 2) * (a - 2), 2 * (a - 2)), 50);
        Assert.True(run.Line.AcceptedStep is < 3
            || (search == nameof(CubicZoom) && run.Line.Failure == LineSearchFailure.NotFinite), SearchSentence.Of(run.Line));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_NothingFinite_FailAndSaySo(string search)
    {
        LineRun run = LineRun.Of(Searches[search], a => a == 0 ? (0, -1) : (double.PositiveInfinity, 0), 1);
        Assert.Null(run.Line.AcceptedStep);
        Assert.Equal(LineSearchFailure.NotFinite, run.Line.Failure);
        Assert.Equal(search == nameof(FixedStep) ? 1 : 30, run.Points.Count);
        Assert.Contains("not finite", SearchSentence.Of(run.Line));
    }

    [Theory]
    [InlineData(nameof(CubicZoom))]
    [InlineData(nameof(MoreThuente))]
    [InlineData(nameof(HagerZhangSearch))]
    public void Steps_UnboundedBelow_EndAtTheLargestStep(string search) =>
        Assert.InRange(LineRun.Of(Searches[search], LineFunctions.All["linear_down"], 1).Accepted.Step, 1e10, 1e11);

    [Theory]
    [MemberData(nameof(Conditional))]
    public void Steps_RiseWithinTheNoise_IsAcceptedByTheSlope(string search)
    {
        Func<double, (double, double)> rounding = a => (1 + (a > 0 ? 4.5e-16 : 0), 1e-10 * (a - 1));
        Assert.Equal(1, LineRun.Of(Searches[search], rounding, 1, noise: 4 * 2.3e-16).Line.AcceptedStep);
        LineRun without = LineRun.Of(Searches[search], rounding, 1);
        Assert.Null(without.Line.AcceptedStep);
        Assert.True(without.Line.Failure is LineSearchFailure.NoWidth or LineSearchFailure.Limit or LineSearchFailure.NoBracket,
            $"{without.Line.Failure}");
    }

    [Theory]
    [MemberData(nameof(Conditional))]
    public void Steps_SlopeOfTheStartIsWrong_FailWithTheConditionAndTheBracket(string search)
    {
        // The start promises a descent that is not there.
        LineRun run = LineRun.Of(Searches[search], a => (a / 2, a == 0 ? -1 : 0.5), 1);
        Assert.Null(run.Line.AcceptedStep);
        Assert.True(run.Line.Failure is LineSearchFailure.NoWidth or LineSearchFailure.Limit, $"{run.Line.Failure}");
        Assert.NotNull(run.Line.Bracket);
        string sentence = SearchSentence.Of(run.Line);
        Assert.Matches("^The last line search failed: (limit|no width), .* At the lowest trial, step .*, sufficient decrease does not "
            + "hold \\(loss .*, needed below .*\\), the curvature condition holds\\. The last bracket: step .* to step .*\\.$", sentence);
    }

    [Fact]
    public void Steps_Kink_FailWithTheCurvatureCondition()
    {
        LineRun run = LineRun.Of(new CubicZoom(), a => (Math.Abs(a - 0.7) * (a < 0.7 ? 1 : 1e3), a < 0.7 ? -1 : 1e3), 1, maxTrials: 200);
        Assert.Equal(LineSearchFailure.NoWidth, run.Line.Failure);
        Assert.Contains("sufficient decrease holds, the curvature condition does not (|slope| 1 > 0.9)", SearchSentence.Of(run.Line));
    }

    [Theory]
    [InlineData(nameof(CubicZoom))]
    [InlineData(nameof(MoreThuente))]
    [InlineData(nameof(HagerZhangSearch))]
    public void Steps_DescendingBeyondTheLimit_FailWithoutABracket(string search)
    {
        LineRun run = LineRun.Of(Searches[search], LineFunctions.All["linear_down"], 1e-3, maxTrials: 3);
        Assert.Equal(LineSearchFailure.NoBracket, run.Line.Failure);
        Assert.Null(run.Line.Bracket);
        Assert.Contains("no bracket, 3 trials", SearchSentence.Of(run.Line));
    }

    [Theory]
    [MemberData(nameof(Conditional))]
    public void Steps_MaxTrials_IsKept(string search)
    {
        foreach (int maxTrials in (int[])[1, 2, 3, 8])
        {
            LineRun run =
                LineRun.Of(Searches[search], a => (-1e-3 * a + 0.3 * Math.Abs(Math.Sin(9 * a)), -2.7 * Math.Cos(9 * a)), 40, c2: 0.0002,
                maxTrials: maxTrials);
            Assert.True(run.Points.Count <= maxTrials);
            Assert.True(run.Line.AcceptedStep is not null || run.Points.Count == maxTrials);
        }
    }

    [Theory]
    [InlineData(0.25, 0.25)]
    [InlineData(null, 1.0)]
    public void Steps_OfAFixedStep_TakeItWithoutConditions(double? step, double expected)
    {
        LineRun run = LineRun.Of(new FixedStep { Step = step }, a => (a, 1), 1);
        Assert.Equal(expected, run.Line.AcceptedStep);
        Assert.Single(run.Points);
    }

    [Fact]
    public void Validate_ValuesOutOfRange_AreRefusedByName()
    {
        foreach ((LineSearch search, string member) in ((LineSearch, string)[])
        [
            (new MoreThuente { Growth = 1 }, "MoreThuente.Growth"),
            (new HagerZhangSearch { Expansion = 1 }, "HagerZhangSearch.Expansion"),
            (new HagerZhangSearch { Shrinkage = 1 }, "HagerZhangSearch.Shrinkage"),
            (new BacktrackingArmijo { SmallestPart = 0 }, "BacktrackingArmijo.SmallestPart"),
            (new BacktrackingArmijo { LargestPart = 0.05 }, "BacktrackingArmijo.LargestPart"),
            (new FixedStep { Step = double.NaN }, "FixedStep.Step"),
        ])
        {
            TfLbfgsException refused = Assert.Throws<TfLbfgsException>(() => new LbfgsOptions { LineSearch = search }.Validate());
            Assert.StartsWith(member + ": expected ", refused.Message);
        }
    }
}
