using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Whole minimizations with each line search, and with one of the user's.</summary>
public sealed class SearchesInRunsTests : LeakChecked
{
    public static TheoryData<LineSearch> All() => [new CubicZoom(), new MoreThuente(), new HagerZhangSearch(), new BacktrackingArmijo()];

    [Theory]
    [MemberData(nameof(All))]
    public void Optimistix56_Rosenbrock_ConvergesInLessThan60Iterations(LineSearch search)
    {
        using Tensor start = TestObjectives.Start();
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { LineSearch = search });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.InRange(result.Iterations, 10, 60);
        Assert.True(result.Reads <= result.Evaluations + result.Iterations);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Optimistix56_SteepStart_Converges(LineSearch search)
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult result = Lbfgs.Minimize(x => 1e5 * TestObjectives.Rosenbrock(x), start, new LbfgsOptions { LineSearch = search });
        Assert.True(result.Reason is StopReason.Converged or StopReason.WorkingPrecision or StopReason.Stalled
            && result.Loss < 1e-12, result.ToString());
    }

    [Fact]
    public void CubicZoom_IsTheDefault()
    {
        using Tensor start = TestObjectives.Start();
        using LbfgsResult byDefault = Lbfgs.Minimize(TestObjectives.Rosenbrock, start);
        using LbfgsResult chosen = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { LineSearch = new CubicZoom() });
        Assert.Equal(byDefault.History.Select(p => (p.Loss, p.Evaluations)), chosen.History.Select(p => (p.Loss, p.Evaluations)));
    }

    [Fact]
    public void FixedStep_Quadratic_TakesOneEvaluationPerIteration()
    {
        List<double> steps = [];
        using Tensor start = Tensor.From([3.0, -2.0]);
        using LbfgsResult result = Lbfgs.Minimize(
            x => Sum(x * x * Vector(1, 10)), start,
            new LbfgsOptions
            {
                LineSearch = new FixedStep { Step = 0.5 },
                MaxIterations = 200,
                GradientTolerance = 1e-6,
                Trials = new Recorder<LbfgsTrial>(trial => steps.Add(trial.Step))
            });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Equal(result.Iterations + 1, result.Evaluations);
        Assert.All(steps.Skip(1), step => Assert.Equal(0.5, step));
    }

    [Fact]
    public void FixedStep_LossThatGoesUp_EndsWithTheBestPoint()
    {
        CountingObjective objective = new();
        using LbfgsResult result =
            Lbfgs.Minimize(objective, new LbfgsOptions { LineSearch = new FixedStep(), MaxIterations = 60, Execution = Execution.Eager });
        Assert.Equal(objective.Losses.Where(double.IsFinite).Min(), result.Loss);
        Assert.Equal(result.Evaluations, objective.Calls);
    }

    [Fact]
    public void OwnSearch_OfAFewLines_MinimizesAndIsNeverGivenAnotherStep()
    {
        Halving search = new();
        using Tensor start = TestObjectives.Start();
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { LineSearch = search });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.True(result.Loss < 1e-12, result.ToString());
        Assert.True(search.Searches >= result.Iterations);
    }

    [Fact]
    public void OwnSearch_ThatTriesNothing_CountsAsFailedAndSaysSo()
    {
        using Tensor start = TestObjectives.Start();
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { LineSearch = new Nothing() });
        Assert.Equal(StopReason.Stalled, result.Reason);
        Assert.Contains("it gave no reason after 0 trials", result.Message);
    }

    /// <summary>A user's own: halves from another step than the proposed one, which was evaluated already.</summary>
    private sealed record Halving : LineSearch
    {
        public int Searches { get; private set; }

        protected internal override IEnumerable<double> Steps(Line line)
        {
            Searches++;
            for (double step = 1.25 * line.FirstStep; !line.IsUsedUp; step /= 2)
            {
                yield return step;
                Assert.Equal(step, line.Last.Step);
                if (!line.Last.IsFinite || line.IsTooHigh(line.Last))
                    continue;
                line.Accept();
                yield break;
            }

            line.Fail(LineSearchFailure.Limit);
        }
    }

    private sealed record Nothing : LineSearch
    {
        protected internal override IEnumerable<double> Steps(Line line) => [];
    }
}
