using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

public class ActivationTests : LeakChecked
{
    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("k2", KerasGeneration.Keras2)]
    [InlineData("k3", KerasGeneration.Keras3)]
    public void Apply_EveryEntryOfTheTable_IsKerass(string flavour, KerasGeneration generation)
    {
        JsonElement table = KerasReference.Read("tables", $"{flavour}_activations.json");
        ReferenceReport report = new($"keras/tables/{flavour}_activations.json");
        foreach (JsonElement entry in table.GetProperty("entries").EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString()!;
            JsonElement arguments = entry.GetProperty("arguments");
            report.Check($"{name} {entry.GetProperty("arguments")}",
                () => Check(table, entry, KerasRegistry.FromConfig<ActivationFunction>(name, arguments, generation)));
        }

        report.Finish();
    }

    [Fact]
    public void Get_UnknownName_SaysWhichAreKnown()
    {
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => ActivationFunction.FromString("tanhh"));
        Assert.Contains("'tanhh'", e.Message, StringComparison.Ordinal);
        Assert.Contains("tanh_shrink", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_UnknownArgument_SaysWhichAreKnown() =>
        Assert.Contains(
            "expected the fields alpha, received 'beta'",
            Assert.Throws<ModelConfigException>(() =>
                KerasRegistry.FromConfig<ActivationFunction>("elu", JsonDocument.Parse("""{"beta": 1}""").RootElement)).Message,
                StringComparison.Ordinal);

    [Theory]
    [InlineData("relu6", false)]
    [InlineData("swish", true)]
    [InlineData("silu", true)]
    [InlineData("hard_sigmoid", true)]
    public void Exists_InKeras2_IsKnown(string name, bool expected)
    {
        Assert.Equal(expected, KerasRegistry.Exists<ActivationFunction>(name, KerasGeneration.Keras2));
        Assert.True(KerasRegistry.Exists<ActivationFunction>(name, KerasGeneration.Keras3));
    }

    private static void Check(JsonElement table, JsonElement entry, ActivationFunction activation)
    {
        using TensorScope scope = new();
        Tensor input = KerasReference.ToTensor(table.GetProperty("input"));
        using GradientTape tape = new();
        tape.Watch(input);
        Tensor output = activation.Apply(input);
        KerasReference.AssertClose(entry.GetProperty("output"), output, 1e-14);
        Tensor? gradient = tape.GradientOrNull(output, input, KerasReference.ToTensor(entry.GetProperty("cotangent")));
        KerasReference.AssertClose(entry.GetProperty("input_gradient"), gradient!, 1e-14);
        if (entry.TryGetProperty("extreme_output", out JsonElement extreme))
            KerasReference.AssertClose(extreme, activation.Apply(KerasReference.ToTensor(table.GetProperty("extreme_input"))), 1e-14);
    }

    private static double ToNumber(JsonElement value) =>
        value.ValueKind switch { JsonValueKind.True => 1, JsonValueKind.False => 0, _ => value.GetDouble() };
}
