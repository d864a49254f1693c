using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Losses;

public class LossTableTests : LeakChecked
{
    private const double Tolerance = 1e-13;

    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("k2", KerasGeneration.Keras2)]
    [InlineData("k3", KerasGeneration.Keras3)]
    public void Call_EveryEntryOfTheTable_IsKerass(string flavour, KerasGeneration generation)
    {
        JsonElement table = KerasReference.Read("tables", $"{flavour}_losses.json");
        ReferenceReport report = new($"keras/tables/{flavour}_losses");
        foreach (JsonElement entry in table.GetProperty("entries").EnumerateArray())
            report.Check(Describe(entry), () => Check(table, entry, generation));
        report.Finish();
    }

    [Theory]
    [InlineData("k2", KerasGeneration.Keras2)]
    [InlineData("k3", KerasGeneration.Keras3)]
    public void Call_EveryLossOfTheTableInAFunction_GivesTheEagerValuesAndGradients(string flavour, KerasGeneration generation) =>
        CheckFunction(flavour, generation, compile: false, step: 1);

    // XLA takes a minute for all of them.
    [Fact(Explicit = true)]
    public void Call_EveryLossOfTheTableCompiled_GivesTheEagerValuesAndGradients() =>
        CheckFunction("k3", KerasGeneration.Keras3, compile: true, step: 1);

    [Fact]
    public void Call_SomeLossesOfTheTableCompiled_GiveTheEagerValuesAndGradients() =>
        CheckFunction("k3", KerasGeneration.Keras3, compile: true, step: 9);

    [Fact]
    public void Call_EveryLossOfTheTable_HasTheSecondDerivativesOfItsGradient()
    {
        JsonElement table = KerasReference.Read("tables", "k3_losses.json");
        foreach (JsonElement entry in table.GetProperty("entries").EnumerateArray()
            .DistinctBy(entry => (entry.GetProperty("class").GetString(), entry.GetProperty("arguments").ToString(), DataOf(entry))))
        {
            using TensorScope scope = new();
            Loss loss = Make(entry, KerasGeneration.Keras3);
            JsonElement set = table.GetProperty("data").GetProperty(DataOf(entry));
            Tensor yTrue = KerasReference.ToTensor(set.GetProperty("y_true")), yPred = KerasReference.ToTensor(set.GetProperty("y_pred"));
            double[] numbers = KerasReference.Numbers(set.GetProperty("y_pred"));
            double[] along = [.. numbers.Select((_, i) => Math.Cos(i))];
            Tensor direction = Tensor.From<double>(along, yPred.Shape);
            using GradientTape outer = new(), inner = new();
            outer.Watch(yPred);
            inner.Watch(yPred);
            Tensor gradient = inner.Gradient(loss.Call(yTrue, yPred), yPred);
            double[] product = outer.Gradient(gradient * direction, yPred, unconnected: UnconnectedGradients.Zero).ToDoubles();

            // By central differences of the gradient.
            const double step = 1e-6;
            double[] Gradient(double factor)
            {
                Tensor moved = Tensor.From<double>([.. numbers.Select((value, i) => value + (factor * along[i]))], yPred.Shape);
                using GradientTape tape = new();
                tape.Watch(moved);
                return tape.Gradient(loss.Call(yTrue, moved), moved).ToDoubles();
            }

            double[] above = Gradient(step), below = Gradient(-step);
            double scale = Math.Max(1, product.Max(Math.Abs));
            for (int i = 0; i < product.Length; i++)
            {
                if (DataOf(entry) != "binary_saturated")
                    Assert.True(Math.Abs(((above[i] - below[i]) / (2 * step)) - product[i]) <= 1e-6 * scale,
                        $"{Describe(entry)}, element {i}: {(above[i] - below[i]) / (2 * step)} against {product[i]}");
                Assert.True(double.IsFinite(product[i]), Describe(entry));
            }
        }
    }

    private static void CheckFunction(string flavour, KerasGeneration generation, bool compile, int step)
    {
        JsonElement table = KerasReference.Read("tables", $"{flavour}_losses.json");
        List<JsonElement> entries =
            [.. table.GetProperty("entries").EnumerateArray()
            .DistinctBy(entry => (entry.GetProperty("class").GetString(), entry.GetProperty("arguments").ToString(), DataOf(entry)))
            .Where((_, i) => i % step == 0)];
        List<Loss> losses = [.. entries.Select(entry => Make(entry, generation))];
        using TensorScope scope = new();
        Dictionary<string, (Tensor YTrue, Tensor YPred)> data = table.GetProperty("data").EnumerateObject()
            .ToDictionary(set => set.Name,
                set => (KerasReference.ToTensor(set.Value.GetProperty("y_true")),
                KerasReference.ToTensor(set.Value.GetProperty("y_pred"))));
        string[] names = [.. data.Keys];
        using Function all = new(
            predictions =>
            {
                List<Tensor> results = [];
                for (int i = 0; i < entries.Count; i++)
                {
                    Tensor yPred = predictions[Array.IndexOf(names, DataOf(entries[i]))];
                    using GradientTape tape = new();
                    tape.Watch(yPred);
                    Tensor value = losses[i].Call(data[DataOf(entries[i])].YTrue, yPred);
                    results.Add(value);
                    results.Add(tape.Gradient(value, yPred));
                }

                return results;
            },
            new FunctionOptions { Compile = compile });
        Tensor[] found = all.Call([.. names.Select(name => data[name].YPred)]);
        for (int i = 0; i < entries.Count; i++)
        {
            (Tensor yTrue, Tensor yPred) = data[DataOf(entries[i])];
            using GradientTape tape = new();
            tape.Watch(yPred);
            Tensor value = losses[i].Call(yTrue, yPred);
            // The optimizer of graphs rounds constants of several ops as one.
            KerasReference.AssertClose(value.ToDoubles(), found[2 * i].ToDoubles(), 1e-10);
            KerasReference.AssertClose(tape.Gradient(value, yPred).ToDoubles(), found[(2 * i) + 1].ToDoubles(), 1e-10);
        }
    }

    private static string DataOf(JsonElement entry) => entry.GetProperty("data").GetString()!;

    private static string Describe(JsonElement entry) =>
        $"{entry.GetProperty("class")} {entry.GetProperty("arguments")} {DataOf(entry)} "
            + $"{entry.GetProperty("reduction")}{(entry.GetProperty("sample_weight").ValueKind == JsonValueKind.Null ? "" : " weighted")}";

    private static Loss Make(JsonElement entry, KerasGeneration generation, string reduction = "sum_over_batch_size")
    {
        JsonObject config = JsonObject.Create(entry.GetProperty("arguments"))!;
        config["reduction"] = reduction;
        return KerasRegistry.FromConfig<Loss>(entry.GetProperty("class").GetString()!, JsonSerializer.SerializeToElement(config),
            generation);
    }

    private static void Check(JsonElement table, JsonElement entry, KerasGeneration generation)
    {
        using TensorScope scope = new();
        JsonElement data = table.GetProperty("data").GetProperty(DataOf(entry));
        Tensor yPred = KerasReference.ToTensor(data.GetProperty("y_pred"));
        JsonElement weight = entry.GetProperty("sample_weight");
        using GradientTape tape = new();
        tape.Watch(yPred);
        Tensor value = Make(entry, generation, entry.GetProperty("reduction").GetString()!)
            .Call(KerasReference.ToTensor(data.GetProperty("y_true")), yPred, weight.ValueKind == JsonValueKind.Null
                ? null : KerasReference.ToTensor(weight));
        KerasReference.AssertClose(entry.GetProperty("value"), value, Tolerance);
        KerasReference.AssertClose(entry.GetProperty("gradient"), tape.Gradient(value, yPred), Tolerance);
    }
}
