using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>The scenarios of tfp's own tests, with what tfp does in each: flags, counts and values.</summary>
[Trait("Category", "Reference")]
public sealed class TfpScenarioReferenceTests : LeakChecked
{
    [Fact]
    public void Minimize_EachScenario_EndsAsTfpDoes()
    {
        ReferenceReport flags = new("lbfgs/tfp_scenarios flags");
        ReferenceReport counts = new("lbfgs/tfp_scenarios counts");
        ReferenceReport values = new("lbfgs/tfp_scenarios values");
        int index = 0;
        foreach (TfpScenario scenario in Recorded.File("tfp_scenarios.json").GetProperty("cases").EnumerateArray()
            .Select(entry => new TfpScenario(entry)))
        {
            string id = $"{index++} {scenario.Name} {scenario.Entry.Text("dtype")} "
                + $"{(scenario.Entry.TryGetProperty("options", out JsonElement options) ? options.GetRawText() : "")}";
            if (!scenario.IsKnown)
            {
                flags.Skip();
                continue;
            }

            foreach ((End end, JsonElement expected) in Runs(scenario))
            {
                flags.Check(id, () =>
                {
                    Assert.Equal(expected.Flags("converged"), end.Converged);
                    Assert.Equal(expected.Flags("failed"), end.Failed);
                });
                if (scenario.Name != "himmelblau_parallel_starts_25_one_by_one")
                {
                    counts.Check(id, () =>
                    {
                        Assert.Equal(expected.Count("num_iterations"), end.Iterations);
                        Assert.Equal(expected.Count("num_objective_evaluations"), end.Evaluations);
                    });
                }

                values.Check(id,
                    () => Assert.Equal(expected.Numbers("objective_value"), end.Losses, (a, b) => a.Equals(b)
                    || Math.Abs(a - b) <= 1e-6 * Math.Max(Math.Abs(a), 1e-3)));
            }
        }

        flags.Finish();
        values.Finish();
        counts.Finish();
    }

    [Fact]
    public void Minimize_ArgumentsThatTfpRefuses_AreRefusedOrWork()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult done = Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { MaxIterations = 1 });
        ReferenceReport report = new("lbfgs/tfp_scenarios arguments");
        foreach (JsonElement entry in Recorded.File("tfp_scenarios.json").GetProperty("arguments").EnumerateArray())
        {
            string name = entry.Text("name");
            switch (name)
            {
                case "neither_position_nor_state":
                    report.Check(name,
                        () => Assert.Throws<ArgumentNullException>(() => Lbfgs.Minimize(Rosenbrock, null, LbfgsOptions.TfpCompatible)));
                    break;
                case "both_position_and_state":
                    report.Check(name,
                        () => Assert.Contains("exactly one",
                        Assert.Throws<TfLbfgsException>(() =>
                        Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { PreviousResult = done })).Message,
                        StringComparison.Ordinal));
                    break;
                case "initial_inverse_hessian_estimate":
                    // tfp's L-BFGS raises NotImplementedError; here the diagonal works.
                    report.Check(name, () =>
                    {
                        using Tensor diagonal = Tensor.From([0.01, 0.005]);
                        using LbfgsResult result =
                            Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { InitialInverseHessianDiagonal = diagonal });
                        Assert.True(result is { Converged: true, Failed: false, Reason: StopReason.Converged }, result.ToString());
                    });
                    break;
                default:
                    // Rows of bfgs_minimize.
                    report.Skip();
                    break;
            }
        }

        report.Finish();
    }

    private static IEnumerable<(End End, JsonElement Expected)> Runs(TfpScenario scenario)
    {
        JsonElement entry = scenario.Entry;
        switch (scenario.Name)
        {
            case "himmelblau_batch_any_resume_then_all":
                using (Tensor start = scenario.Start())
                using (LbfgsBatchResult first = Lbfgs.MinimizeBatch(scenario.Evaluate, start,
                    TfpScenario.Options(entry.GetProperty("options").GetProperty("first"))))
                {
                    yield return (End.Of(first), entry.GetProperty("expected_first"));
                    Near(entry.Numbers("position_deltas"), first.PositionDeltas);
                    Near(entry.Numbers("gradient_deltas"), first.GradientDeltas);
                    TfpOptions second =
                        TfpScenario.Options(entry.GetProperty("options").GetProperty("second")) with { PreviousBatchResult = first };
                    using LbfgsBatchResult resumed = Lbfgs.MinimizeBatch(scenario.Evaluate, null, second);
                    yield return (End.Of(resumed), entry.GetProperty("expected"));
                }

                break;
            case "himmelblau_batch_trajectory":
                foreach ((JsonElement expected, int iterations) in entry.GetProperty("iterations").EnumerateArray()
                    .Select((e, k) => (e, k)))
                {
                    using Tensor start = scenario.Start();
                    using LbfgsBatchResult result =
                        Lbfgs.MinimizeBatch(scenario.Evaluate, start, LbfgsOptions.TfpCompatible with { MaxIterations = iterations });
                    Near(expected.Numbers("position"), result.Position);
                    yield return (End.Of(result), expected);
                }

                break;
            case "himmelblau_parallel_starts_25_one_by_one":
                using (Tensor starts = scenario.Start())
                {
                    List<End> ends = [];
                    for (int i = 0; i < starts.Shape[0]; i++)
                    {
                        using Tensor start = starts[i];
                        using LbfgsResult result = Lbfgs.Minimize(scenario.Evaluate, start, LbfgsOptions.TfpCompatible);
                        ends.Add(End.Of(result));
                    }

                    Assert.Equal(entry.GetProperty("expected").Numbers("num_iterations"), ends.Select(end => (double)end.Iterations));
                    Assert.Equal(entry.GetProperty("expected").Numbers("num_objective_evaluations"),
                        ends.Select(end => (double)end.Evaluations));
                    yield return (
                        new End([.. ends.Select(e => e.Converged[0])], [.. ends.Select(e => e.Failed[0])], 0, 0,
                            [.. ends.Select(e => e.Losses[0])]), entry.GetProperty("expected"));
                }

                break;
            default:
                using (Tensor start = scenario.Start())
                {
                    TfpOptions options = TfpScenario.Options(entry.GetProperty("options"));
                    if (scenario.IsBatch)
                    {
                        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(scenario.Evaluate, start, options);
                        Assert.True(result.Reads <= result.Evaluations + result.Iterations, $"{result.Reads} reads");
                        yield return (End.Of(result), entry.GetProperty("expected"));
                    }
                    else
                    {
                        using LbfgsResult result = Lbfgs.Minimize(scenario.Evaluate, start, options);
                        Assert.True(result.Reads <= result.Evaluations + result.Iterations, $"{result.Reads} reads");
                        yield return (End.Of(result), entry.GetProperty("expected"));
                    }
                }

                break;
        }
    }

    private static void Near(double[] expected, Tensor actual)
    {
        double largest = expected.Max(Math.Abs);
        Assert.Equal(expected, actual.ToDoubles(), (a, b) => Math.Abs(a - b) <= 1e-9 * largest);
    }

    private static Tensor Rosenbrock(Tensor x) => (1 - x[0]) * (1 - x[0]) + 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0]);

    private sealed record End(bool[] Converged, bool[] Failed, int Iterations, int Evaluations, double[] Losses)
    {
        public static End Of(LbfgsBatchResult result) =>
            new([.. result.Converged], [.. result.Failed], result.Iterations, result.Evaluations, [.. result.Losses]);

        public static End Of(LbfgsResult result) =>
            new([result.Converged], [result.Failed], result.Iterations, result.Evaluations, [result.Loss]);
    }
}
