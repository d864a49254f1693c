using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A call of a layer in a functional model as it stood in a file, with the tensors that its references mean. When it is written again only
/// the references differ, so that no argument is lost.
/// </summary>
/// <param name="generation">The generation of Keras whose form it has: a list in Keras 2, an object in Keras 3.</param>
/// <param name="json">The entry of <c>inbound_nodes</c>.</param>
/// <param name="tensors">The tensor of each reference, in the order of <see cref="ReferencesIn"/>.</param>
internal sealed class CallForm(KerasGeneration generation, JsonElement json, IReadOnlyList<KerasTensor> tensors)
{
    private const string History = "keras_history";

    /// <summary>The generation of Keras whose form it has.</summary>
    public KerasGeneration Generation => generation;

    /// <summary>The references to tensors in an entry, in its order: <c>[layer, call, output]</c>.</summary>
    public static IEnumerable<JsonElement> ReferencesIn(JsonElement json)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (IsKeras2(json))
            return json.GetArrayLength() > 3 ? [json, .. ReferencesIn(json[3])] : [json];
        if (HistoryOf(json) is { } history)
            return [history];
        return json.ValueKind switch
        {
            JsonValueKind.Array => json.EnumerateArray().SelectMany(ReferencesIn),
            JsonValueKind.Object => json.EnumerateObject().SelectMany(member => ReferencesIn(member.Value)),
            _ => [],
        };
    }

    /// <summary>Whether a value is a reference of Keras 2, with or without further arguments.</summary>
    public static bool IsKeras2(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() is 3 or 4 && json[0].ValueKind == JsonValueKind.String
            && json[0].GetString() != "_CONSTANT_VALUE"
        && json[1].ValueKind == JsonValueKind.Number && json[2].ValueKind == JsonValueKind.Number;

    /// <summary>The reference within a tensor of Keras 3; null for another value.</summary>
    public static JsonElement? HistoryOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("config", out JsonElement config)
            && config.ValueKind == JsonValueKind.Object
        && config.TryGetProperty(History, out JsonElement history)
            ? history
            : null;

    /// <summary>A tensor as Keras 3 writes it.</summary>
    public static JsonObject ToKeras3(KerasTensor tensor, JsonArray reference) => new()
    {
        ["class_name"] = "__keras_tensor__",
        ["config"] =
            new JsonObject { ["shape"] = FieldForms.ToJson(tensor.Shape), ["dtype"] = tensor.DType.PythonName, [History] = reference },
    };

    /// <summary>The entry with other references.</summary>
    /// <param name="reference">The reference to a tensor in the model that is written.</param>
    public JsonNode Fill(Func<KerasTensor, JsonArray> reference)
    {
        Queue<KerasTensor> left = new(tensors);
        return Fill(json, () => (left.Peek(), reference(left.Dequeue())))!;
    }

    private static JsonNode? Fill(JsonElement json, Func<(KerasTensor Tensor, JsonArray Reference)> next)
    {
        if (IsKeras2(json))
        {
            JsonArray reference = next().Reference;
            if (json.GetArrayLength() > 3)
                reference.Add(Fill(json[3], next));
            return reference;
        }

        if (HistoryOf(json) is not null)
        {
            (KerasTensor tensor, JsonArray reference) = next();
            return ToKeras3(tensor, reference);
        }

        return json.ValueKind switch
        {
            JsonValueKind.Array => new JsonArray([.. json.EnumerateArray().Select(item => Fill(item, next))]),
            JsonValueKind.Object =>
                new JsonObject(json.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Fill(member.Value, next)))),
            _ => JsonNode.Parse(json.GetRawText()),
        };
    }
}
