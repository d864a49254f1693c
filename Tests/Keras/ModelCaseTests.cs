using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

[Trait("Category", "Reference")]
public class ModelCaseTests : LeakChecked
{
    [Fact]
    public void Names_OfKnownLayers_AreAtLeastEighteen()
    {
        Assert.SkipWhen(ReferenceRoot.IsOther, "other reference data may have other cases");
        string[] issue =
            ["blog_mlp", "classifier", "deferred", "names", "regularized", "regularized_excluded", "small_f32", "small_variants",
            "trained_sgd_f32"];
        Assert.Empty(issue.SelectMany(name => new[] { $"k2_{name}", $"k3_{name}" }).Except(KerasCases.Names()));
    }

    [Fact]
    public void Load_WholeModel_OutputsLossAndGradientAreKerass() => ForEachCase("model.h5", name =>
    {
        using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
        Assert.Empty(model.LoadReport!.Mismatches);
        AssertBehaves(name, model);
    });

    [Fact]
    public void Save_LoadedModel_ReloadsEqual() => ForEachCase("written", name =>
    {
        using ScratchFolder folder = new();
        using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
        SaveReport report = model.Save(folder.File("out.h5"));
        Assert.Equal(model.Variables.Count, report.VariableCount);
        using Model again = Model.Load(folder.File("out.h5"));
        Assert.Equal(model.GetWeights(), again.GetWeights());
        Assert.Equal(model.Variables.Select(v => v.ToString()), again.Variables.Select(v => v.ToString()));
        Assert.Equal(model.Layers.Select(l => l.ToString()), again.Layers.Select(l => l.ToString()));
        AssertBehaves(name, again);

        // A second round writes the same bytes: nothing is lost on the way.
        again.Save(folder.File("again.h5"));
        Assert.Equal(File.ReadAllBytes(folder.File("out.h5")), File.ReadAllBytes(folder.File("again.h5")));
    });

    [Fact]
    public void LoadWeights_FileOfWeights_FillsTheModel() => ForEachCase("weights.h5", name =>
    {
        Assert.SkipUnless(File.Exists(KerasCases.PathOf(name, "weights.h5")), "the case has no file of weights alone");
        using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
        double[][] weights = model.GetWeights();
        model.SetWeights([.. weights.Select(w => new double[w.Length])]);
        LoadReport report = model.LoadWeights(KerasCases.PathOf(name, "weights.h5"));
        Assert.Equal(model.Variables.Count, report.LoadedCount);
        Assert.Equal(weights, model.GetWeights());
    });

    [Fact]
    public void Load_Float32LiftedToFloat64_KeepsTheWeights() => ForEachCase("lifted", name =>
    {
        using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
        using Model lifted = Model.Load(KerasCases.PathOf(name, "model.h5"), new LoadOptions { DType = DType.Float64 });
        Assert.All(lifted.Variables.Where(v => !v.DType.IsInteger), v => Assert.Equal(DType.Float64, v.DType));
        Assert.Equal(model.GetWeights(), lifted.GetWeights());
        Assert.All(lifted.LoadReport!.Variables,
            v => Assert.Equal(model.DType == DType.Float64 ? VariableLoadStatus.Loaded : VariableLoadStatus.Converted, v.Status));
    });

    internal static void AssertBehaves(string name, Model model)
    {
        JsonElement reference = KerasReference.Read("cases", name, "case.json");
        Assert.SkipWhen(reference.GetProperty("sample_weights").ValueKind != JsonValueKind.Null,
            "losses with sample weights are not there yet");
        double tolerance = model.DType == DType.Float64 ? 1e-12 : 1e-5;
        using TensorScope scope = new();
        Tensor[] inputs = [.. reference.GetProperty("inputs").EnumerateArray().Select(KerasReference.ToTensor)];
        using GradientTape tape = new();
        using ModelOutput output = model.Forward(inputs);
        List<JsonElement> expected = [.. reference.GetProperty("outputs").EnumerateArray()];
        Assert.Equal(expected.Count, output.Values.Count);
        for (int i = 0; i < expected.Count; i++)
            KerasReference.AssertClose(expected[i], output.Values[i], tolerance);

        JsonElement loss = reference.GetProperty("loss");
        Tensor total = TotalLoss(reference, loss, output);
        Assert.Equal(loss.GetProperty("value").GetDouble(), total.ToDouble(), tolerance);
        double penalties = output.RegularizationLoss?.ToDouble() ?? 0;

        // Keras holds some factors in float32.
        Assert.Equal(loss.GetProperty("model_losses").GetDouble(), penalties, Math.Max(tolerance, 1e-9));
        Tensor?[] gradients = tape.GradientOrNull(total, model.TrainableVariables);
        KerasReference.AssertClose(KerasReference.Numbers(reference.GetProperty("flat_gradient")),
            [.. gradients.SelectMany(g => g!.ToDoubles())], tolerance);
    }

    private static Tensor TotalLoss(JsonElement reference, JsonElement loss, ModelOutput output)
    {
        Tensor total = DataLoss(reference, loss, output.Predictions);
        return loss.GetProperty("includes_model_losses").GetBoolean() ? total + output.RegularizationLoss! : total;
    }

    /// <summary>The loss of a case without that of the model's layers.</summary>
    internal static Tensor DataLoss(JsonElement reference, JsonElement loss, IReadOnlyList<Prediction> predictions)
    {
        List<JsonElement> targets = [.. reference.GetProperty("targets").EnumerateArray()];
        Tensor? total = null;
        foreach (JsonElement term in loss.GetProperty("terms").EnumerateArray())
        {
            int index = term.GetProperty("output").GetInt32();
            string kind = term.GetProperty("class").GetString()!;
            KerasGeneration generation = reference.GetProperty("keras").GetProperty("flavour").GetString() == "keras2"
                ? KerasGeneration.Keras2 : KerasGeneration.Keras3;
            Loss function = KerasRegistry.FromConfig<Loss>(kind, term.GetProperty("arguments"), generation);
            Tensor value = term.GetProperty("weight").GetDouble() * function.Call(
                KerasReference.ToTensor(targets[index]), predictions[index]);
            total = total is null ? value : total + value;
        }

        return total!;
    }

    private static void ForEachCase(string what, Action<string> check)
    {
        ReferenceReport report = new($"keras/cases {what}");
        foreach (string name in KerasCases.Names())
            report.Check(name, () => check(name));
        report.Finish();
    }
}
