using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Layers;

/// <summary>The constant arguments of an op in Keras files.</summary>
/// <param name="Function">By name, of the function of Keras 2.</param>
/// <param name="Config">By name, of the constructor of the class of Keras 3.</param>
/// <param name="Call">Of the call of Keras 3, after its tensors.</param>
internal sealed record RecordedConstants(JsonObject Function, JsonObject Config, IReadOnlyList<JsonNode?> Call)
{
    /// <summary>None.</summary>
    public static RecordedConstants None => new([], [], []);

    /// <summary>The same names in both generations.</summary>
    public static RecordedConstants Same(params (string Name, JsonNode? Value)[] values) => new(Of(values), Of(values), []);

    private static JsonObject Of((string Name, JsonNode? Value)[] values) =>
        new(values.Select(value => KeyValuePair.Create(value.Name, value.Value?.DeepClone())));
}
