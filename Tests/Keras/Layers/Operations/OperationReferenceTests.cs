using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Gradients;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Operations;

/// <summary>
/// Functional models of one operation or a few, as Keras wrote their architecture: operators, slices, <c>tf.*</c> functions and ops of
/// TensorFlow's graph
/// (Keras 2) and <c>keras.ops</c> (Keras 3). Read here, and written and read again, they have Keras's outputs.
/// </summary>
[Trait("Category", "Reference")]
public sealed class OperationReferenceTests : LeakChecked
{
    // Keras 2 does not write the tensors of an einsum and the other side of == and !=, and cannot open these files either. The others are
    // not here.
    private static readonly string[] NotInTheFile = ["einsum", "op_eq", "op_ne"], NotHere = ["istft"];

    [Theory]
    [InlineData("k2_operations", KerasGeneration.Keras2)]
    [InlineData("k2_graph_operations", KerasGeneration.Keras2)]
    [InlineData("k3_operations", KerasGeneration.Keras3)]
    [InlineData("k3_more_operations", KerasGeneration.Keras3)]
    public void Read_EveryModel_HasKerassOutputs(string name, KerasGeneration generation)
    {
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(ReferenceRoot.Require("keras", "operations", $"{name}.json")));
        ReferenceReport report = new($"keras/operations/{name}");
        foreach (JsonElement entry in table.RootElement.GetProperty("entries").EnumerateArray())
        {
            string id = entry.GetProperty("id").GetString()!;
            if (NotHere.Contains(id) || (generation == KerasGeneration.Keras2 && NotInTheFile.Contains(id)))
                report.Skip();
            else
                report.Check(id, () => Check(entry));
        }

        report.Finish();
    }

    private static void Check(JsonElement entry)
    {
        string json = entry.GetProperty("config").GetString()!;
        using Model model = Model.FromJson(json);
        CheckOutputs(model, entry);
        using Model again = Model.FromJson(ModelConfigWriter.Write(model, []));
        CheckOutputs(again, entry);
    }

    private static void CheckOutputs(Model model, JsonElement entry)
    {
        using TensorScope scope = new();
        Tensor[] inputs = [.. entry.GetProperty("inputs").EnumerateArray().Select(input => new ReferenceTensor(input).ToTensor())];
        Tensor[] outputs = model.Call(inputs);
        ReferenceTensor[] expected = [.. entry.GetProperty("outputs").EnumerateArray().Select(output => new ReferenceTensor(output))];
        Assert.Equal(expected.Length, outputs.Length);
        for (int i = 0; i < expected.Length; i++)
            expected[i].AssertMatches(outputs[i], 1e-10, $"output {i}");
    }
}
