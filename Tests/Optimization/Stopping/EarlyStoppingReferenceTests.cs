using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Stopping;

/// <summary>
/// The stop conditions of <c>early_stopping.json</c>: replayed on recorded runs of tfp by the rules of the driver, and forced by an
/// objective that changes what it returns.
/// </summary>
[Trait("Category", "Reference")]
public sealed class EarlyStoppingReferenceTests : LeakChecked
{
    [Fact]
    public void Rules_OnRecordedRuns_StopWhereTheReferenceSays()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", "early_stopping.json")));
        ReferenceReport report = new("lbfgs/early_stopping");
        foreach (JsonElement replay in document.RootElement.GetProperty("replays").EnumerateArray())
        {
            string name = replay.GetProperty("history_from").GetString()!;
            using JsonDocument record = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", name)));
            RecordedRun run = new(record.RootElement);
            int number = 0;
            foreach (JsonElement entry in replay.GetProperty("cases").EnumerateArray())
            {
                JsonElement condition = entry.GetProperty("condition"), expected = entry.GetProperty("expected");
                string type = condition.GetProperty("type").GetString()!;
                string id = $"{name} {number++} {type}";
                if (OptionsFor(type, condition) is not { } options)
                {
                    Assert.True(ReferenceRoot.IsOther, $"no option for {id}");
                    report.Skip();
                    continue;
                }

                report.Check(id, () =>
                {
                    (int Evaluation, int Iteration, double Value)? stop = run.Replay(options);
                    if (expected.ValueKind == JsonValueKind.Null)
                        Assert.Null(stop);
                    else
                        Assert.Equal(
                            (expected.GetProperty("evaluation").GetInt32(), expected.GetProperty("iteration").GetInt32(),
                            expected.GetProperty("value").GetDouble()), stop);
                });
            }
        }

        report.Finish();
    }

    [Fact]
    public void ZeroLossTrick_OfTheBlog_EndsTheRunWithASensibleResult()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", "early_stopping.json")));
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("lbfgs", "seed_example_float64.json")));
        ReferenceReport report = new("lbfgs/early_stopping forced");
        foreach (JsonElement entry in document.RootElement.GetProperty("forced_stop").EnumerateArray())
        {
            string how = entry.GetProperty("how").GetString()!;
            double threshold = entry.GetProperty("threshold").GetDouble();
            report.Check(how, () => ForceStop(record.RootElement, how, threshold));
        }

        report.Finish();
    }

    private static void ForceStop(JsonElement seed, string how, double threshold)
    {
        Assert.SkipUnless(how is "zero_value_only" or "zero_value_and_gradient" or "zero_gradient_only" or "negative_infinity", how);
        using TensorScope scope = new();
        Tensor x = Array(seed.GetProperty("data").GetProperty("x")), y = Array(seed.GetProperty("data").GetProperty("y"));
        using Sequential model = new(DType.Float64) { new Dense(64, "tanh"), new Dense(64, "tanh"), new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        using Tensor start = Array(seed.GetProperty("initial_position"));
        int calls = 0, first = 0;
        using LbfgsResult result = Lbfgs.Minimize(
            position =>
            {
                (Tensor loss, Tensor gradient) = objective.Evaluate(position, objective.Data);
                calls++;
                if (!(loss.ToScalar<double>() < threshold))
                    return (loss, gradient);
                first = first == 0 ? calls : first;
                return (
                    how.StartsWith("zero_value", StringComparison.Ordinal)
                        ? loss * 0 : how == "negative_infinity" ? Tensor.Scalar(double.NegativeInfinity) : loss,
                    how is "zero_value_and_gradient" or "zero_gradient_only" ? gradient * 0 : gradient);
            },
            start,
            new LbfgsOptions { Execution = Execution.Eager, MaxEvaluations = 2000 });
        objective.Adopt(result.Position);
        double trueLoss = objective.Measure().Total;
        TestContext.Current.TestOutputHelper?.WriteLine($"{how}: first below at evaluation {first}, true loss {trueLoss:G4}, {result}");
        Assert.True(first > 0, "the loss never fell below the threshold");
        Assert.Equal(calls, result.Evaluations);
        Assert.True(result.Evaluations < 2000, result.ToString());
        if (how == "negative_infinity")
        {
            // Not finite, and so no point to return: the best one before is.
            Assert.Equal(result.Loss, trueLoss, 1e-12);
            Assert.Equal(result.History.Min(p => p.Loss), result.Loss);
            return;
        }

        Assert.True(trueLoss < threshold, $"true loss {trueLoss}");
        if (how != "zero_value_only")
        {
            Assert.Equal(StopReason.Converged, result.Reason);
            Assert.Equal(first, result.Evaluations);
        }
    }

    private static LbfgsOptions? OptionsFor(string type, JsonElement condition)
    {
        LbfgsOptions none = new() { GradientTolerance = 0, MaxIterations = int.MaxValue };
        double Number(string name) => condition.GetProperty(name).GetDouble();
        return type switch
        {
            // The reference compares with <, the options with <=.
            "loss_below" => none with { TargetLoss = Math.BitDecrement(Number("threshold")) },
            "accepted_loss_below" => none with { Callback = p => p.Loss < Number("threshold") ? LbfgsAction.Stop : LbfgsAction.Continue },
            "max_evaluations" => none with { MaxEvaluations = condition.GetProperty("count").GetInt32() },
            "patience" => none with { Patience = condition.GetProperty("patience").GetInt32(), MinimumImprovement = Number("min_delta") },
            "relative_change_below" => none with { RelativeLossTolerance = Number("threshold") },
            "relative_change_below_over" =>
                none with { RelativeLossTolerance = Number("threshold"), LossWindow = condition.GetProperty("window").GetInt32() },
            "gradient_inf_norm_below" => none with { GradientTolerance = Math.BitDecrement(Number("threshold")) },
            _ => null,
        };
    }

    private static Tensor Array(JsonElement array) =>
        Tensor.From<double>(ProblemData.Numbers(array), [.. array.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]);

    /// <summary>The numbers of one run of tfp.</summary>
    private sealed class RecordedRun(JsonElement record)
    {
        private readonly double[] _history = ProblemData.Numbers(record.GetProperty("history"));
        private readonly double[] _losses = ProblemData.Numbers(record.GetProperty("iteration_loss"));
        private readonly double[] _norms = ProblemData.Numbers(record.GetProperty("iteration_gradient_inf_norm"));
        private readonly int[] _counts = [.. ProblemData.Numbers(record.GetProperty("iteration_evaluations")).Select(n => (int)n)];

        /// <summary>Tells the rules of the run as the driver does; where they end it, and null when they do not.</summary>
        public (int Evaluation, int Iteration, double Value)? Replay(LbfgsOptions options)
        {
            using LbfgsState state = new(new RunIdentity(1, DType.Float64, "", "", Execution.Traced));
            using StoppingRules rules = new(options, new Listeners(options, state.Course, 0, null, state.Tally), state);
            int evaluations = 0;
            for (int k = 0; k < _losses.Length; k++)
            {
                while (evaluations < _counts[k])
                {
                    double value = _history[evaluations++];
                    rules.Evaluated(new Trial(null!, null!, default(EvaluationScalars) with { Value = value }));
                    if (!rules.MayEvaluate(evaluations))
                        return (evaluations, k, value);
                }

                rules.Accept(
                    new Trial(null!, null!, default(EvaluationScalars) with { Value = _losses[k], GradientMax = _norms[k], Moved = 1 }), k,
                    evaluations);
                if (rules.Verdict is not null)
                    return (evaluations, k, _losses[k]);
            }

            return null;
        }
    }
}
