using System.Globalization;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Stopping.TestObjectives;

namespace TfLbfgs.Tests.Optimization.Stopping;

public sealed class StoppingRuleTests : LeakChecked
{
    private static readonly Dictionary<string, (LbfgsOptions Options, StoppingRule Rule)> Twins = new()
    {
        ["gradient"] = (new LbfgsOptions { GradientTolerance = 1e-3 }, StoppingRule.Gradient(1e-3)),
        ["position"] = (new LbfgsOptions { PositionTolerance = 0.02 }, StoppingRule.Position(0.02)),
        ["relative loss"] = (new LbfgsOptions { RelativeLossTolerance = 0.05 }, StoppingRule.RelativeLoss(0.05)),
        ["absolute loss over a window"] =
            (new LbfgsOptions { AbsoluteLossTolerance = 0.5, LossWindow = 4 }, StoppingRule.AbsoluteLoss(0.5, window: 4)),
        ["target"] = (new LbfgsOptions { TargetLoss = 1e-3 }, StoppingRule.Target(1e-3)),
        ["patience"] = (new LbfgsOptions { Patience = 3, MinimumImprovement = 1 }, StoppingRule.Patience(3, 1)),
        ["iterations"] = (new LbfgsOptions { MaxIterations = 5 }, StoppingRule.Iterations(5)),
        ["evaluations, inside a search"] = (new LbfgsOptions { MaxEvaluations = 10 }, StoppingRule.Evaluations(10)),
        ["time"] = (new LbfgsOptions { MaxTime = TimeSpan.FromTicks(1) }, StoppingRule.Time(TimeSpan.FromTicks(1))),
        ["one of two"] = (new LbfgsOptions { MaxIterations = 5 }, StoppingRule.Gradient(1e-3) | StoppingRule.Iterations(5)),
    };

    public static TheoryData<string> Names() => [.. Twins.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void StopWhen_ARuleThatIsAnOptionToo_EndsAtTheSamePointWithTheSameReason(string name)
    {
        (LbfgsOptions options, StoppingRule rule) = Twins[name];
        using LbfgsResult option = Lbfgs.Minimize(new CountingObjective(), options with { Execution = Execution.Eager });
        CountingObjective objective = new();
        using LbfgsResult composed = Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager, StopWhen = rule });
        Assert.Equal((option.Reason, option.IsSuccess, option.Converged, option.Loss),
            (composed.Reason, composed.IsSuccess, composed.Converged, composed.Loss));
        Assert.Equal(option.Position.ToArray<double>(), composed.Position.ToArray<double>());
        Assert.Equal(objective.Calls, composed.Evaluations);
        Assert.Matches(@"^[A-Z].*\d.*\.$", composed.Message);
        // The time rule is seen at the start already, the limit before the second evaluation.
        Assert.InRange(composed.Evaluations, 1, option.Evaluations);
    }

    [Fact]
    public void And_HoldsWhereBothHoldAtOnce_AndNamesBoth()
    {
        using Tensor start = Start();
        StoppingRule rule = StoppingRule.Iterations(20) & StoppingRule.RelativeLoss(0.6);
        using LbfgsResult result = Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { StopWhen = rule });
        double[] losses = [.. result.History.Select(p => p.Loss)];
        bool[] met =
            [.. Enumerable.Range(1, losses.Length - 1)
            .Select(i => i >= 20 && Math.Abs(losses[i] - losses[i - 1]) <= 0.6 * Math.Abs(losses[i - 1]))];
        Assert.True(met[^1], result.ToString());
        Assert.DoesNotContain(true, met[..^1]);
        Assert.Equal((StopReason.RulesMet, true), (result.Reason, result.IsSuccess));
        Assert.Matches(@"^Stopped: \d+ iterations >= 20, and the loss changed by .* in an iteration; max \|g\| = .*\.$", result.Message);
    }

    [Fact]
    public void And_OfTwoLimits_IsNoSuccess()
    {
        using Tensor start = Start();
        using LbfgsResult result =
            Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { StopWhen = StoppingRule.Iterations(3) & StoppingRule.Evaluations(9) });
        Assert.Equal((StopReason.IterationLimit, false), (result.Reason, result.IsSuccess));
        Assert.Equal(9, result.Evaluations);
        Assert.StartsWith("Reached a limit: ", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Precedence_AndBindsMoreTightlyThanOr()
    {
        StoppingRule rule = StoppingRule.Gradient(1e-4) & StoppingRule.Patience(20) | StoppingRule.Time(TimeSpan.FromMinutes(5));
        Assert.Equal("((max |g| <= 0.0001 and 20 iterations without improvement) or 300 s)", rule.ToString());
        Func<StoppingMoment, StoppingVerdict?> check = rule.Begin();
        Assert.Null(check(At(0, 1, gradient: 1e-5)));
        Assert.Equal(StopReason.TimeLimit, check(At(1, 0.5, gradient: 1e-5, seconds: 301))!.Reason);
    }

    [Fact]
    public void Or_AsksBoth_SoThatOneThatCountsMissesNothing()
    {
        Func<StoppingMoment, StoppingVerdict?> check = (StoppingRule.Target(0) | StoppingRule.Patience(2)).Begin();
        Assert.Null(check(At(0, 5)));
        Assert.Null(check(At(1, 5)));
        // Asked before an evaluation it counts nothing.
        Assert.Null(check(At(1, 5) with { IsNew = false }));
        Assert.Equal(StopReason.NoImprovement, check(At(2, 6))!.Reason);
        // A second run of the same rule begins anew.
        Assert.Null((StoppingRule.Target(0) | StoppingRule.Patience(2)).Begin()(At(0, 5)));
    }

    [Fact]
    public void RelativeGradient_CountsFromTheStart()
    {
        Func<StoppingMoment, StoppingVerdict?> check = StoppingRule.RelativeGradient(0.01).Begin();
        Assert.Null(check(At(0, 5, gradient: 200)));
        Assert.Null(check(At(1, 5, gradient: 2.1)));
        Assert.Equal("max |g| = 2 <= 0.01 of 200", check(At(2, 5, gradient: 2))!.Clause);
    }

    [Fact]
    public void When_AConditionOfTheCaller_IsAskedOnceForEachPointAndNamed()
    {
        List<int> asked = [];
        bool Small(LbfgsProgress p)
        {
            asked.Add(p.Iteration);
            return p.Iteration == 4;
        }

        using Tensor start = Start();
        using LbfgsResult result =
            Lbfgs.Minimize(Rosenbrock, start,
            new LbfgsOptions { StopWhen = StoppingRule.When(Small, "what I wanted is there") | StoppingRule.Target(1e-20) });
        Assert.Equal([0, 1, 2, 3, 4], asked);
        Assert.Equal((StopReason.Stopped, true), (result.Reason, result.IsSuccess));
        Assert.StartsWith("Stopped: what I wanted is there at iteration 4; max |g| = ", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_TheConditionThrows_RunEndsAndNamesTheOption()
    {
        CountingObjective objective = new();
        LbfgsOptions options = new()
        {
            Execution = Execution.Eager,
            StopWhen = StoppingRule.When(p => p.Iteration < 3 ? false : throw new InvalidOperationException("no more"))
        };
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(objective, options));
        Assert.StartsWith(
            "LbfgsOptions.StopWhen: expected a call that returns, received InvalidOperationException at iteration 3: no more.", e.Message,
            StringComparison.Ordinal);
        Assert.NotEmpty(objective.Adopted);
    }

    [Fact]
    public void StopWhen_ARuleOfAnotherType_Works()
    {
        using Tensor start = Start();
        using LbfgsResult result =
            Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { StopWhen = new StepBelow(0.3) | StoppingRule.Iterations(500) });
        Assert.Equal(StopReason.PositionTolerance, result.Reason);
        Assert.InRange(result.History[^1].Step, 0, 0.3);
        Assert.All(result.History.Skip(1).SkipLast(1), p => Assert.True(p.Step >= 0.3));
    }

    [Fact]
    public void Rules_ValuesOutOfRange_NameTheRule()
    {
        foreach ((string name, Action make) in ((string, Action)[])
        [
            ("Gradient", () => StoppingRule.Gradient(-1)),
            ("RelativeGradient", () => StoppingRule.RelativeGradient(double.NaN)),
            ("Position", () => StoppingRule.Position(-1e-9)),
            ("AbsoluteLoss", () => StoppingRule.AbsoluteLoss(1, 0)),
            ("RelativeLoss", () => StoppingRule.RelativeLoss(-1)),
            ("Target", () => StoppingRule.Target(double.NaN)),
            ("Patience", () => StoppingRule.Patience(0)),
            ("Time", () => StoppingRule.Time(TimeSpan.Zero)),
            ("Evaluations", () => StoppingRule.Evaluations(0)),
            ("Iterations", () => StoppingRule.Iterations(0)),
        ])
        {
            string message = Assert.Throws<TfLbfgsException>(make).Message;
            Assert.Matches($@"^StoppingRule\.{name}: expected .*, received .*\.$", message);
        }
    }

    [Fact]
    public void Clauses_InAnotherCulture_HaveDots()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = commas;
            Assert.Equal("loss 0.25 <= 0.5", StoppingRule.Target(0.5).Begin()(At(1, 0.25))!.Clause);
            Assert.Equal("loss <= 0.5", StoppingRule.Target(0.5).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static StoppingMoment At(int iteration, double loss, double gradient = 1, double seconds = 0) =>
        new(new LbfgsProgress(iteration, iteration + 1, loss, gradient, 1, seconds) { Moved = 1 }, true, iteration + 1, seconds);

    private sealed record StepBelow(double Step) : StoppingRule
    {
        public override string ToString() => "short step";

        protected internal override Func<StoppingMoment, StoppingVerdict?> Begin() => moment =>
            moment.Progress.Iteration > 0 && moment.Progress.Step < Step
                ? new StoppingVerdict(StopReason.PositionTolerance, $"the step is below {Step}") : null;
    }
}
