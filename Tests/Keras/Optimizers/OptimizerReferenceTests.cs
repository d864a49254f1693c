using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Optimizers;

/// <summary>Parameters and losses after each step, against every file of <c>keras/optimizers</c>.</summary>
public class OptimizerReferenceTests : LeakChecked
{
    private const string Legacy = "legacy.";

    [Fact]
    [Trait("Category", "Reference")]
    public void Apply_EveryEntryInAFunction_MovesAsKerasDoes() => Run("", isTraced: true, each: 1);

    [Fact]
    [Trait("Category", "Reference")]
    public void Apply_EntriesEagerly_MoveAsKerasDoes() => Run(" eager", isTraced: false, each: 6);

    [Fact(Explicit = true)]
    [Trait("Category", "Reference")]
    public void Apply_EveryEntryEagerly_MovesAsKerasDoes() => Run(" eager, all", isTraced: false, each: 1);

    [Fact]
    [Trait("Category", "Reference")]
    public void Apply_EntriesCompiledByXla_MoveAsKerasDoes() => Run(" compiled", isTraced: true, each: 25, compile: true);

    [Fact(Explicit = true)]
    [Trait("Category", "Reference")]
    public void Apply_EveryEntryCompiledByXla_MovesAsKerasDoes() => Run(" compiled, all", isTraced: true, each: 1, compile: true);

    private static void Run(string suffix, bool isTraced, int each, bool compile = false)
    {
        List<ReferenceReport> reports = [];
        foreach (string file in Directory.GetFiles(ReferenceRoot.Require("keras", "optimizers"), "*.json").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            JsonElement data = KerasReference.Read("optimizers", Path.GetFileName(file));
            KerasGeneration generation = name.StartsWith("k2", StringComparison.Ordinal) ? KerasGeneration.Keras2 : KerasGeneration.Keras3;
            ReferenceReport report = new($"keras/optimizers/{name}{suffix}");
            JsonElement[] entries = [.. data.GetProperty("entries").EnumerateArray()];
            foreach (JsonElement entry in each == 1 ? entries : TableSample.Of(entries, each))
                report.Check($"{entry.GetProperty("class")} {entry.GetProperty("arguments")}",
                    () => Check(data, entry, generation, isTraced, compile));
            reports.Add(report);
        }

        Assert.All(reports, report => report.Finish());
    }

    private static Optimizer Make(JsonElement entry, KerasGeneration generation)
    {
        string name = entry.GetProperty("class").GetString()!;
        var arguments = (JsonObject)JsonNode.Parse(entry.GetProperty("arguments").GetRawText())!;
        if (arguments["learning_rate"] is JsonArray schedule)
            arguments["learning_rate"] =
                new JsonObject { ["class_name"] = schedule[0]!.DeepClone(), ["config"] = schedule[1]!.DeepClone() };
        if (name.StartsWith(Legacy, StringComparison.Ordinal))
            arguments["is_legacy_optimizer"] = true;
        using var document = JsonDocument.Parse(arguments.ToJsonString());
        return KerasRegistry.FromConfig<Optimizer>(name.Replace(Legacy, "", StringComparison.Ordinal), document.RootElement, generation);
    }

    private static void Check(JsonElement data, JsonElement entry, KerasGeneration generation, bool isTraced, bool compile)
    {
        using TensorScope scope = new();
        Tensor x = KerasReference.ToTensor(data.GetProperty("X")), y = KerasReference.ToTensor(data.GetProperty("Y"));
        using Variable w = new(KerasReference.ToTensor(data.GetProperty("W")), "kernel");
        using Variable b = new(KerasReference.ToTensor(data.GetProperty("b")), "bias");
        using Optimizer optimizer = Make(entry, generation);
        optimizer.Build([w, b]);
        IReadOnlyList<Tensor> Step(Tensor[] inputs)
        {
            Tensor loss, scaled;
            Tensor?[] gradients;
            using (GradientTape tape = new())
            {
                loss = Tf.ReduceMean(RawOps.Square(RawOps.Tanh(RawOps.MatMul(x, w) + b) - y));
                scaled = optimizer.ScaleLoss(loss);
                gradients = tape.GradientOrNull(scaled, [w, b]);
            }

            optimizer.Apply(gradients, [w, b]);
            return [loss];
        }

        using Function step = new(Step, new FunctionOptions { Compile = compile });
        // XLA, and the optimizer of graphs, round the float32 arithmetic of schedules otherwise.
        bool roundsOtherwise = isTraced && optimizer.Schedule is not null;
        double[] losses = [.. entry.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble())];
        double[] expected = KerasReference.Numbers(entry.GetProperty("flat_parameters"));
        for (int i = 0; i < losses.Length; i++)
        {
            using TensorScope inner = new();
            double[] flat = [.. w.Value.ToDoubles(), .. b.Value.ToDoubles()];
            KerasReference.AssertClose(expected[(i * flat.Length)..((i + 1) * flat.Length)], flat, roundsOtherwise ? 1e-7 : 1e-10);
            double loss = (isTraced ? step.Call() : Step([]))[0].ToDouble();
            KerasReference.AssertClose([losses[i]], [loss], roundsOtherwise ? 1e-7 : 1e-10);
        }
    }
}
