using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Tests.Optimization;

/// <summary><see cref="AlgorithmOptions.AdaptFirstTrial"/>.</summary>
public sealed class AdaptFirstTrialTests : LeakChecked
{
    private const int Inputs = 16;
    private const int Hidden = 12;
    private const int Classes = 4;
    private const int Rows = 80;

    private static readonly RunNumbers<HostScalar> Begun = Rules.Begin(10) with { LastDecrease = 0.1, SlopeLeft = 0.1, CapScore = 3 };

    [Theory]
    [InlineData(0.1, 0.1, 3, true)]
    [InlineData(0.1, 0.1, 0, false)]
    [InlineData(0.1, 0.71, 3, false)]
    [InlineData(-0.1, 0.1, 3, false)]
    public void IsCapped_DecreaseSlopeAndScore_AsTheyAllow(double decrease, double slopeLeft, double score, bool isCapped) =>
        Assert.Equal(isCapped,
            Rules.IsCapped(Begun with { LastDecrease = decrease, SlopeLeft = slopeLeft, CapScore = score }).Value);

    [Theory]
    // Capped at 0.202 along a slope of -1: the predicted minimum lies at 0.224, so 1 would have been too long.
    [InlineData(1, 0.202, 0.1, 2)]
    // It lies at 2, beyond the trial without a cap; the slope grew; the step went beyond the cap.
    [InlineData(1, 0.202, 0.899, 0)]
    [InlineData(1, 0.202, 1.5, 0)]
    [InlineData(1, 0.5, 0.1, 0)]
    // Without a cap: the first trial was too long, or right.
    [InlineData(0, 0.5, 0.1, 1)]
    [InlineData(0, 1, 0.1, -1)]
    // Within bounds.
    [InlineData(3, 0.202, 0.1, 3)]
    [InlineData(-3, 1, 0.1, -3)]
    public void AfterSearch_AcceptedStep_ScoresTheCap(double score, double step, double slopeLeft, double expected) =>
        Assert.Equal(expected, After(Begun with { CapScore = score }, step, -slopeLeft).CapScore.Value);

    [Fact]
    public void AfterSearch_CapAboveTheFirstStep_KeepsTheScore()
    {
        Assert.Equal(3, After(Begun with { LastDecrease = 1 }, 0.5, -0.1).CapScore.Value);
        Assert.Equal(1, After(Begun with { CapScore = 1, FirstStep = 0.2 }, 0.1, -0.1).CapScore.Value);
        Assert.Equal(-0.5, After(Begun, 0.5, 0.5).SlopeLeft.Value);
    }

    [Fact]
    public void BeginningScore_MoreVariablesThanPairs_BeginsCapped()
    {
        Assert.Equal(3, FirstTrial.BeginningScore(101, 100));
        Assert.Equal(0, FirstTrial.BeginningScore(100, 100));
    }

    [Fact]
    public void Minimize_Classifier_TakesFewerEvaluations()
    {
        int adapted = 0, without = 0;
        for (uint seed = 1; seed <= 6; seed++)
        {
            using LbfgsResult one = Minimize(new LbfgsOptions(), seed);
            using LbfgsResult other = Minimize(new LbfgsOptions { AdaptFirstTrial = false }, seed);
            (adapted, without) = (adapted + one.Evaluations, without + other.Evaluations);
        }

        Assert.True(adapted <= 0.9 * without, $"{adapted} against {without}");
    }

    [Fact]
    public void Minimize_OtherSearches_DecideThemselves()
    {
        foreach (LineSearch search in (LineSearch[])[new MoreThuente(), new HagerZhangSearch(), new BacktrackingArmijo()])
        {
            using LbfgsResult adapted = Minimize(new LbfgsOptions { LineSearch = search });
            using LbfgsResult without = Minimize(new LbfgsOptions { LineSearch = search, AdaptFirstTrial = false });
            Assert.Equal(without.History.Select(moment => moment.Loss), adapted.History.Select(moment => moment.Loss));
        }
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.CompiledCalls)]
    [InlineData(Execution.Compiled)]
    public void Minimize_EachExecution_TakesTheSteps(Execution execution)
    {
        using LbfgsResult expected = Minimize(new LbfgsOptions { ComputesByOps = true, MaxIterations = 12 });
        using LbfgsResult result = Minimize(new LbfgsOptions { Execution = execution, MaxIterations = 12 });
        Assert.Contains(expected.History.Skip(2), moment => moment.Step is > 0 and < 1);
        foreach ((LbfgsProgress a, LbfgsProgress b) in expected.History.Zip(result.History))
        {
            Assert.Equal(a.Step, b.Step, 1e-6 * a.Step);
            Assert.Equal(a.Loss, b.Loss, 1e-8 * a.Loss);
        }
    }

    [Fact]
    public void MinimizeBatch_Members_TakeTheStepsOfSingleRuns()
    {
        double[] starts = [.. StartOf(1), .. StartOf(2), .. StartOf(3)];
        using Tensor batch = Tensor.From(starts, [3, starts.Length / 3]);
        using LbfgsBatchResult members = Lbfgs.MinimizeBatch(
            x =>
            {
                using GradientTape tape = new();
                tape.Watch(x);
                Tensor losses = Tf.Stack([.. Enumerable.Range(0, 3).Select(member => Classifier(x[member]))]);
                return (losses, tape.Gradient(losses, x));
            },
            batch, new BatchOptions { MaxIterations = 15 });
        for (int member = 0; member < 3; member++)
        {
            using Tensor start = Tensor.From(StartOf((uint)member + 1));
            using LbfgsResult single = Lbfgs.Minimize(Classifier, start, new LbfgsOptions { MaxIterations = 15 });
            Assert.Equal(single.Evaluations, members.MemberEvaluations[member]);
            Assert.Equal(single.Loss, members.Losses[member], 1e-6 * single.Loss);
        }
    }

    private static LbfgsResult Minimize(LbfgsOptions options, uint seed = 1)
    {
        using Tensor start = Tensor.From(StartOf(seed));
        return Lbfgs.Minimize(Classifier, start, options with { TargetLoss = 1e-4, GradientTolerance = 0 });
    }

    private static RunNumbers<HostScalar> After(RunNumbers<HostScalar> before, double step, double newSlope) => Rules.AfterSearch(
        before,
        new SearchOutcome<HostScalar, HostTruth>
        {
            Accepted = true,
            HasPair = true,
            Step = step,
            Moved = 1,
            Slope = -1,
            NewSlope = newSlope,
            Value = 3,
            NewValue = 2,
            LowestBefore = 3,
        },
        new RuleLimits<HostScalar>(2.2e-16, 0, 0, 10, 5)).Numbers;

    /// <summary>Cross-entropy of a network 16-12-4 with tanh on 80 points around four centers.</summary>
    private static Tensor Classifier(Tensor position)
    {
        double[] centers = SplitMix64.Uniform(1, Classes * Inputs), noise = SplitMix64.Uniform(2, Rows * Inputs);
        double[] points = [.. noise.Select((u, i) => centers[i / Inputs % Classes * Inputs + i % Inputs] - 0.5 + 2 * (u - 0.5))];
        double[] isOf = [.. Enumerable.Range(0, Rows * Classes).Select(i => i / Classes % Classes == i % Classes ? 1.0 : 0.0)];
        Tensor[] parts = Tf.Split(position, [Inputs * Hidden, Hidden, Hidden * Classes, Classes], 0);
        Tensor hidden = Tf.Tanh(
            Tf.MatMul(Tensor.From(points, [Rows, Inputs]), Tf.Reshape(parts[0], [Inputs, Hidden])) + parts[1]);
        Tensor outputs = Tf.MatMul(hidden, Tf.Reshape(parts[2], [Hidden, Classes])) + parts[3];
        Tensor logits = outputs - Tf.Log(Tf.ReduceSum(Tf.Exp(outputs), [1], keepDims: true));
        return -Tf.ReduceSum(logits * Tensor.From(isOf, [Rows, Classes])) / (double)Rows;
    }

    private static double[] StartOf(uint seed) =>
        [.. SplitMix64.Uniform(seed, (Inputs + 1) * Hidden + (Hidden + 1) * Classes).Select(u => 0.6 * (u - 0.5))];
}
