using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Resuming;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Compiled;

/// <summary>The tiers of <see cref="Execution.Auto"/>, with counts that short runs reach.</summary>
public sealed class TieredExecutionTests : LeakChecked
{
    private static readonly LbfgsOptions Tiered = new() { Tiers = new ExecutionTiers(CompileAt: 8, JoinAt: 25), MaxIterations = 31 };

    [Fact]
    public void Minimize_Auto_GoesOverAtACountToTheSameBitsEachTime()
    {
        PairedRosenbrock objective = new();
        int trials = 0;
        using LbfgsMinimizer minimizer = new(objective, Tiered with { Trials = new Recorder<LbfgsTrial>(_ => trials++) });
        using LbfgsResult whole = minimizer.Minimize();
        Assert.Equal(whole.Evaluations, trials);
        Assert.Equal(whole.Evaluations, whole.Reads);
        int joined = JoinedAt(whole);
        Assert.InRange(joined, 25, whole.Evaluations - 1);

        // Before the join the course is the executor's to the bit, after it to rounding.
        using LbfgsResult traced = Lbfgs.Minimize(objective, Tiered with { Execution = Execution.Traced });
        foreach ((LbfgsProgress expected, LbfgsProgress actual) in traced.History.Zip(whole.History))
        {
            if (actual.Evaluations <= joined)
                Assert.Equal(expected.Loss, actual.Loss);
            else
                Assert.Equal(expected.Loss, actual.Loss, 1e-6 * expected.Loss);
        }

        // When XLA begins to compile changes no bit, and neither does a file before or after the join.
        using LbfgsResult again = minimizer.Minimize();
        StepTests.AssertSame(whole, again);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using LbfgsState state = minimizer.Begin();
            while (state.Evaluations < joined - 3)
                minimizer.Step(state);
            state.Save(file);
            using LbfgsState before = LbfgsState.Load(file);
            using LbfgsResult early = minimizer.Minimize(before);
            StepTests.AssertSame(whole, early);
            while (state.Evaluations < joined + 2)
                minimizer.Step(state);
            state.Save(file);
            using LbfgsState after = LbfgsState.Load(file);
            using LbfgsMinimizer elsewhere = new(objective, Tiered with { Tiers = new ExecutionTiers(25, 25) });
            using LbfgsResult late = elsewhere.Minimize(after);
            StepTests.AssertSame(whole, late);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Minimize_AutoCancelledWhileXlaCompiles_EndsAndGoesOnToTheSameBits()
    {
        using CancellationTokenSource cancel = new();
        int traces = 0;
        using Tensor start = Tensor.From(PairedRosenbrock.Start);
        FunctionObjective objective = new(
            x =>
            {
                // The executor has one function; the next trace is that of the compiled one.
                if (++traces == 2)
                    cancel.Cancel();
                return PairedRosenbrock.Value(x);
            },
            start);
        using LbfgsMinimizer minimizer = new(objective, Tiered with { Tiers = new ExecutionTiers(25, 25) });
        using LbfgsState state = minimizer.Begin();
        using LbfgsResult cancelled = minimizer.Minimize(state, cancel.Token);
        Assert.Equal(StopReason.Cancelled, cancelled.Reason);
        using LbfgsResult rest = minimizer.Minimize(state);
        using LbfgsResult whole = minimizer.Minimize();
        StepTests.AssertSame(whole, rest);
        CompilingCall.WaitForAbandoned();
    }

    [Fact]
    public void Minimize_AutoOfWhatXlaDoesNotCompile_StaysWithTheExecutorAndSaysSo()
    {
        using Tensor start = Tensor.From(PairedRosenbrock.Start);
        static Tensor Loss(Tensor x) => PairedRosenbrock.Value(x) + 0.0 * Tf.ReduceSum(RawOps.Dawsn(x));
        using LbfgsResult tiered = Lbfgs.Minimize(x => (Loss(x), Gradient(x)), start, Tiered);
        using LbfgsResult traced = Lbfgs.Minimize(x => (Loss(x), Gradient(x)), start, Tiered with { Execution = Execution.Traced });
        StepTests.AssertSame(traced, tiered);
        Assert.Contains("Auto: by the executor, since XLA does not compile it", tiered.Report(), StringComparison.Ordinal);

        static Tensor Gradient(Tensor x)
        {
            using GradientTape tape = new();
            tape.Watch(x);
            return tape.Gradient(PairedRosenbrock.Value(x), x);
        }
    }

    [Fact]
    public void Minimize_AutoBelowTheCounts_CompilesNothing()
    {
        using LbfgsResult result = Lbfgs.Minimize(new PairedRosenbrock());
        Assert.Equal(Execution.Auto, new LbfgsOptions().Execution);
        Assert.EndsWith("Auto: by the executor", Line(result), StringComparison.Ordinal);
        Assert.Equal(Execution.Auto, LbfgsOptions.TfpCompatible.Execution);
    }

    private static string Line(LbfgsResult result) =>
        result.Report().Split('\n').Single(line => line.Contains("Auto", StringComparison.Ordinal)).TrimEnd();

    private static int JoinedAt(LbfgsResult result)
    {
        string line = Line(result);
        Assert.Contains("compiled by XLA after", line, StringComparison.Ordinal);
        return int.Parse(line.Split("after")[1].Split("evaluations")[0].Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
