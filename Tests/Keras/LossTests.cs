using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

public class LossTests : LeakChecked
{
    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("k2", KerasGeneration.Keras2)]
    [InlineData("k3", KerasGeneration.Keras3)]
    public void Call_EveryEntryOfTheTable_IsKerass(string flavour, KerasGeneration generation)
    {
        JsonElement table = KerasReference.Read("tables", $"{flavour}_losses.json");
        ReferenceReport report = new($"keras/tables/{flavour}_losses.json");
        foreach (JsonElement entry in table.GetProperty("entries").EnumerateArray())
        {
            // Other reductions, sample weights and classes are not there yet.
            Loss? loss = entry.GetProperty("reduction").GetString() == "sum_over_batch_size" && entry.GetProperty("sample_weight").ValueKind == JsonValueKind.Null
                ? Make(entry.GetProperty("class").GetString()!, entry.GetProperty("arguments"), generation)
                : null;
            if (loss is null)
            {
                report.Skip();
                continue;
            }

            string data = entry.GetProperty("data").GetString()!;
            report.Check($"{loss.Name} {entry.GetProperty("arguments")} {data}", () => Check(table.GetProperty("data").GetProperty(data), entry, loss));
        }

        report.Finish();
    }

    [Theory]
    [InlineData("softmax", "categorical_crossentropy")]
    [InlineData("sigmoid", "binary_crossentropy")]
    public void Call_SaturatedOutputOfAModel_IsComputedFromLogits(string activation, string name)
    {
        using TensorScope scope = new();
        using Sequential model = new(DType.Float64) { new Dense(2, activation) { KernelInitializer = new TfLbfgs.Keras.Initializers.Identity(100) } };
        Tensor x = Tensor.From(new double[,] { { 3, -3 } });
        Tensor target = Tensor.From(new double[,] { { 0, 1 } });
        using ModelOutput output = model.Forward(x);
        Assert.Equal(activation == "softmax" ? 600.0 : 300.0, Loss.FromString(name).Call(target, output).ToDouble(), 1e-9);

        // From the probabilities alone nothing better than the clipped value can be had.
        Assert.Equal(-Math.Log(1e-7), Loss.FromString(name).Call(target, output.Value).ToDouble(), 1e-6);
    }

    [Fact]
    public void Call_TargetsOfAnotherShape_SaysBothShapes()
    {
        using TensorScope scope = new();
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => new MeanSquaredError().Call(Tensor.Zeros([3, 2], DType.Float64), Tensor.Zeros([3, 1], DType.Float64)));
        Assert.Contains("(3, 1)", e.Message, StringComparison.Ordinal);
        Assert.Contains("(3, 2)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_TargetsWithoutTheLastDimension_AreTakenAsAColumn()
    {
        using TensorScope scope = new();
        Assert.Equal(5.0, new MeanSquaredError().Call(Tensor.From([1.0, 3.0]), Tensor.Zeros([2, 1], DType.Float64)).ToDouble(), 1e-15);
    }

    [Theory]
    [InlineData("mse", "MeanSquaredError")]
    [InlineData("mean_absolute_error", "MeanAbsoluteError")]
    [InlineData("SparseCategoricalCrossentropy", "SparseCategoricalCrossentropy")]
    public void Get_KerasName_GivesTheLoss(string name, string expected) => Assert.Equal(expected, Loss.FromString(name).Name);

    [Fact]
    public void Get_UnknownName_SaysWhichAreKnown() => Assert.Contains("Did you mean mse", Assert.Throws<TfLbfgsException>(() => Loss.FromString("msee")).Message, StringComparison.Ordinal);

    /// <summary>The loss with arguments as the tables write them; null where it is not there yet.</summary>
    internal static Loss? Make(string name, JsonElement arguments, KerasGeneration generation) => KerasRegistry.Exists<Loss>(name, generation)
        ? (Loss)ConfigReader.ReadNamed(typeof(Loss), name, new ConfigObject(arguments, name), new ConfigContext(generation))
        : null;

    private static void Check(JsonElement data, JsonElement entry, Loss loss)
    {
        using TensorScope scope = new();
        Tensor yPred = KerasReference.ToTensor(data.GetProperty("y_pred"));
        using GradientTape tape = new();
        tape.Watch(yPred);
        Tensor value = loss.Call(KerasReference.ToTensor(data.GetProperty("y_true")), yPred);
        KerasReference.AssertClose(entry.GetProperty("value"), value, 1e-13);
        KerasReference.AssertClose(entry.GetProperty("gradient"), tape.Gradient(value, yPred), 1e-13);
    }
}
