using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers;

/// <summary>
/// Every layer of <c>reference/keras/layers</c>: made by the registry from its configuration, with its weights; outputs, gradients of
/// sum(output · cotangent) for inputs and weights, penalties, and state after a
/// training call. Entries of classes that are not there yet are skipped and named.
/// </summary>
[Trait("Category", "Reference")]
public sealed class LayerReferenceTests : LeakChecked
{
    public static TheoryData<string> Files
    {
        get
        {
            string folder = ReferenceRoot.PathOf("keras", "layers");
            IEnumerable<string> files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
            return [.. files.Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Call_EveryEntry_IsKerass(string file)
    {
        JsonElement table = KerasReference.Read("layers", $"{file}.json");
        KerasGeneration generation = file.StartsWith("k2", StringComparison.Ordinal) ? KerasGeneration.Keras2 : KerasGeneration.Keras3;
        ReferenceReport report = new($"keras/layers/{file}");
        SortedSet<string> missing = new(StringComparer.Ordinal);
        foreach (JsonElement entry in table.GetProperty("entries").EnumerateArray())
        {
            string className = entry.GetProperty("class").GetString()!;
            if (KerasRegistry.Exists<Layer>(className, generation))
            {
                report.Check($"{className} {entry.GetProperty("name").GetString()}", () => Check(className, entry, generation));
            }
            else
            {
                missing.Add(className);
                report.Skip();
            }
        }

        if (missing.Count > 0)
            TestContext.Current.TestOutputHelper?.WriteLine($"not there yet: {string.Join(", ", missing)}");
        report.Finish();
    }

    private static void Check(string className, JsonElement entry, KerasGeneration generation)
    {
        DType dtype = DTypeFacts.FromPythonName(entry.GetProperty("dtype").GetString()!)!.Value;
        double tolerance = dtype == DType.Float64 ? 1e-10 : 2e-5;
        using Layer layer =
            (Layer)ConfigReader.ReadNamed(typeof(Layer), className,
            new ConfigObject(StoredConfig.ToKeras(entry.GetProperty("config")), className), new ConfigContext(generation));
        DTypePolicy policy = entry.TryGetProperty("policy", out JsonElement mixed) ? DTypePolicy.FromString(mixed.GetString()!) : dtype;
        if (!layer.HasDType)
            layer.AdoptDType(policy);
        // Some units in the last place of 16 bits.
        if (policy.ComputeDType == DType.Float16)
            tolerance = 4e-3;
        else if (policy.ComputeDType == DType.BFloat16)
            tolerance = 3e-2;
        using TensorScope scope = new();
        LayerCall call =
            LayerCall.Parse(entry.GetProperty("call").GetString()!,
            [.. entry.GetProperty("inputs").EnumerateArray().Select(KerasReference.ToTensor)]);
        // Makes the variables without computing.
        layer.Infer([.. call.Inputs.Select(input => (input.DType, input.Shape))], call.Arguments);
        IReadOnlyList<Variable> variables = Assign(layer, entry.GetProperty("weights"));
        using GradientTape tape = new(persistent: true);
        Tensor[] differentiable = [.. call.Inputs.Distinct().Where(input => input.DType.IsFloating)];
        foreach (Tensor input in differentiable)
            tape.Watch(input);
        using CallPass pass = new();
        Tensor[] outputs = layer.RunPass(pass, call.Inputs, call.Arguments, call.Training ?? false, applyUpdates: true);
        JsonElement[] expected = [.. entry.GetProperty("outputs").EnumerateArray()];
        Assert.Equal(expected.Length, outputs.Length);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (policy.IsMixed)
                Assert.Equal(expected[i].GetProperty("dtype").GetString(), outputs[i].DType.PythonName);
            KerasReference.AssertClose(expected[i], outputs[i], tolerance);
        }

        if (entry.GetProperty("cotangents") is { ValueKind: JsonValueKind.Array } cotangents
            && outputs.All(output => output.DType.IsFloating))
            CheckGradients(entry, tape, outputs, [.. cotangents.EnumerateArray().Select(KerasReference.ToTensor)], call.Inputs, variables,
                tolerance);
        if (entry.TryGetProperty("regularization_loss", out JsonElement loss))
        {
            List<Tensor> losses = [.. pass.Losses];
            layer.AddRegularizationLosses(losses, []);
            // Keras holds some factors in float32.
            Assert.Equal(loss.GetDouble(), Layer.Total(losses)!.ToDouble(), policy.IsMixed ? tolerance : 1e-8);
        }

        if (entry.TryGetProperty("weights_after", out JsonElement after))
        {
            foreach ((JsonElement weight, Variable variable) in after.EnumerateArray().Zip(variables))
                KerasReference.AssertClose(weight.TryGetProperty("value", out JsonElement value)
                    ? value : weight, variable.Value, tolerance);
        }
    }

    private static void CheckGradients(
        JsonElement entry, GradientTape tape, Tensor[] outputs, Tensor[] cotangents, IReadOnlyList<Tensor> inputs,
            IReadOnlyList<Variable> variables, double tolerance)
    {
        Tensor total = outputs.Zip(cotangents, (output, cotangent) => Tf.ReduceSum(Tf.Cast(output, cotangent.DType) * cotangent))
            .Aggregate((left, right) => left + right);
        Assert.Equal(entry.GetProperty("scalar").GetDouble(), total.ToDouble(), tolerance * 100);
        Variable[] trained = [.. variables.Where(variable => variable.Trainable)];
        Tensor[] watched = [.. inputs.Distinct().Where(input => input.DType.IsFloating)];
        Tensor?[] gradients = tape.Gradient(total, watched, unconnected: UnconnectedGradients.Zero);
        JsonElement[] ofInputs =
            [.. entry.GetProperty("input_gradients").EnumerateArray().Where(gradient => gradient.ValueKind == JsonValueKind.Object)];
        Assert.Equal(watched.Length, ofInputs.Length);
        for (int i = 0; i < ofInputs.Length; i++)
            KerasReference.AssertClose(ofInputs[i], gradients[i]!, tolerance * 10);
        gradients = tape.Gradient(total, trained, unconnected: UnconnectedGradients.Zero);
        JsonElement[] ofWeights = [.. entry.GetProperty("trainable_gradients").EnumerateArray()];
        Assert.Equal(trained.Length, ofWeights.Length);
        for (int i = 0; i < ofWeights.Length; i++)
            KerasReference.AssertClose(ofWeights[i], gradients[i]!, tolerance * 10);
    }

    /// <summary>Sets the weights and returns the variables in the order of the file.</summary>
    private static Variable[] Assign(Layer layer, JsonElement weights)
    {
        List<Variable> left = [.. layer.TrainableVariables, .. layer.NonTrainableVariables];
        List<Variable> ordered = [];
        JsonElement[] stored =
            [.. weights.EnumerateArray().Where(weight => weight.GetProperty("leaf").GetString() != "seed_generator_state")];
        Assert.Equal(stored.Length, left.Count);
        bool byLeaf = left.Select(Leaf).Distinct().Count() == left.Count;
        foreach (JsonElement weight in stored)
        {
            Variable variable = byLeaf ? left.Single(v => Leaf(v) == weight.GetProperty("leaf").GetString()) : left[0];
            left.Remove(variable);
            ordered.Add(variable);
            Assert.Equal(weight.GetProperty("trainable").GetBoolean(), variable.Trainable);
            JsonElement value = weight.GetProperty("value");
            Assert.Equal(KerasReference.ShapeOf(value), variable.Shape);
            variable.Assign(RawOps.Cast(KerasReference.ToTensor(value), variable.DType));
        }

        return [.. ordered];
    }

    private static string Leaf(Variable variable) => variable.Name[(variable.Name.LastIndexOf('/') + 1)..];
}
