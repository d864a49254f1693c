using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Keras;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;
using Xunit.Sdk;

namespace TfLbfgs.Tests.SavedModels;

/// <summary>
/// The exports of Keras 3 and the SavedModels of Keras 2 among the reference cases: outputs of the signature, and the gradient of the loss
/// with respect to the variables through it, against Keras. The suite has a sample, the explicit test all:
/// <c>Tests/Results/saved-model-functions.txt</c>.
/// </summary>
[Trait("Category", "Reference")]
public class SavedModelCaseTests : LeakChecked
{
    private static readonly string[] Sample = ["k3_blog_mlp", "k3_shared_multi_io", "k2_nested", "k2_simple_rnn"];

    [Fact]
    public void Call_SampleOfSignatures_OutputsAndGradientsAreKerass()
    {
        ReferenceReport report = new("keras/cases SavedModel functions");
        foreach ((string name, string file) in Files().Where(file => Sample.Contains(file.Case)))
        {
            report.Check($"{name}/{file}", () =>
            {
                AssertOutputs(name, file, compile: false);
                AssertGradient(name, file);
            });
        }

        report.Finish();
    }

    [Fact(Explicit = true)]
    public void Call_EverySignature_OutputsAndGradientsAreKerass()
    {
        (string What, Action<string, string> Check)[] checks =
        [
            ("outputs", (name, file) => AssertOutputs(name, file, compile: false)),
                ("outputs compiled by XLA", (name, file) => AssertOutputs(name, file, compile: true)),
            ("gradient of the loss", AssertGradient),
        ];
        int[] equal = new int[checks.Length];
        int total = 0;
        StringBuilder reasons = new();
        foreach ((string name, string file) in Files())
        {
            total++;
            for (int i = 0; i < checks.Length; i++)
            {
                try
                {
                    checks[i].Check(name, file);
                    equal[i]++;
                }
                catch (Exception e) when (e is TfLbfgsException or XunitException)
                {
                    string reason = e.Message.Replace(ReferenceRoot.PathOf("keras", "cases"), "", StringComparison.Ordinal)
                        .ReplaceLineEndings(" ");
                    reasons.Append(
                        CultureInfo.InvariantCulture, $"{name}/{file}, {checks[i].What}: {reason[..Math.Min(reason.Length, 300)]}\n");
                }
            }
        }

        string table = string.Concat(
            checks.Select((check, i) => string.Create(CultureInfo.InvariantCulture, $"{check.What}: {equal[i]} of {total}\n")));
        StoredResult.Write("saved-model-functions.txt", $"signatures of the reference cases equal to Keras\n{table}\n{reasons}");
    }

    /// <summary>Compares what a signature returns with Keras.</summary>
    internal static void AssertOutputs(string name, string file, bool compile)
    {
        JsonElement reference = KerasReference.Read("cases", name, "case.json");
        using TensorScope scope = new();
        using SavedModelBundle bundle = SavedModelBundle.Load(KerasCases.PathOf(name, file), new SavedModelOptions { Compile = compile });
        SavedFunction function = bundle.Signatures["serving_default"];
        Tensor[] outputs = Outputs(reference, function, function.Call(Inputs(reference, function)));
        JsonElement[] expected = [.. reference.GetProperty("outputs").EnumerateArray()];
        for (int i = 0; i < expected.Length; i++)
            KerasReference.AssertClose(expected[i], outputs[i], expected[i].GetProperty("dtype").GetString() == "float64" ? 1e-12 : 1e-5);
        if (compile)
            Assert.Null(function.NotCompiledBecause);
    }

    private static void AssertGradient(string name, string file)
    {
        JsonElement reference = KerasReference.Read("cases", name, "case.json"), loss = reference.GetProperty("loss");
        Assert.SkipWhen(reference.GetProperty("sample_weights").ValueKind != JsonValueKind.Null
            || loss.GetProperty("includes_model_losses").GetBoolean(), "a signature has no penalties and no weights");
        using TensorScope scope = new();
        using SavedModelBundle bundle = SavedModelBundle.Load(KerasCases.PathOf(name, file));
        SavedFunction function = bundle.Signatures["serving_default"];
        using GradientTape tape = new();
        Tensor[] outputs = Outputs(reference, function, function.Call(Inputs(reference, function)));
        Tensor total = ModelCaseTests.DataLoss(reference, loss, [.. outputs.Select(output => new Prediction(output))]);
        JsonElement[] expected = [.. reference.GetProperty("trainable_variables").EnumerateArray()];
        // Found by name: those of Keras 3 say the whole path, those of Keras 2 end in ":0".
        Variable[] variables = [.. expected.Select(variable => Find(function, variable))];
        double tolerance = outputs[0].DType == DType.Float64 ? 1e-12 : 1e-5;
        Tensor?[] gradients = tape.GradientOrNull(total, variables);
        KerasReference.AssertClose(
            KerasReference.Numbers(reference.GetProperty("flat_gradient")),
                [.. gradients.SelectMany((g, i) => g?.ToDoubles() ?? new double[variables[i].Shape.ElementCount])], tolerance);
    }

    private static Variable Find(SavedFunction function, JsonElement variable)
    {
        string[] names =
            [variable.GetProperty("name").GetString()!.Split(':')[0], variable.TryGetProperty("path", out JsonElement path)
            ? path.GetString() ?? "" : ""];
        double[] value = KerasReference.Numbers(variable.GetProperty("value"));
        return function.TrainableVariables.FirstOrDefault(known => names.Contains(known.Name)
            && value.SequenceEqual(known.Value.ToDoubles()))
            ?? function.TrainableVariables.First(known => known.Shape == KerasReference.ShapeOf(variable.GetProperty("value"))
                && value.SequenceEqual(known.Value.ToDoubles()));
    }

    private static Tensor[] Inputs(JsonElement reference, SavedFunction function)
    {
        JsonElement[] given = [.. reference.GetProperty("inputs").EnumerateArray()];
        return [.. function.Inputs.Select((input, i) =>
            KerasReference.ToTensor(given[Places(reference, "inputs").IndexOf(input.Name) is var place and >= 0 ? place : i]))];
    }

    /// <summary>In the order of the model.</summary>
    private static Tensor[] Outputs(JsonElement reference, SavedFunction function, Tensor[] outputs)
    {
        Tensor[] ordered = [.. outputs];
        for (int i = 0; i < outputs.Length; i++)
        {
            if (Places(reference, "outputs").IndexOf(function.Outputs[i].Name) is var place and >= 0)
                ordered[place] = outputs[i];
        }

        return ordered;
    }

    private static List<string> Places(JsonElement reference, string which) =>
        reference.GetProperty("architecture").TryGetProperty(which, out JsonElement layers)
            ? [.. layers.EnumerateArray().Select(layer => layer[0].GetString()!)]
            : [];

    private static IEnumerable<(string Case, string File)> Files()
    {
        foreach (string folder in Directory.GetDirectories(ReferenceRoot.Require("keras", "cases")).Order(StringComparer.Ordinal))
        {
            foreach (string file in (string[])["export", "saved_model"])
            {
                if (Directory.Exists(Path.Combine(folder, file)))
                    yield return (Path.GetFileName(folder), file);
            }
        }
    }
}
