using System.Text.Json;
using System.Text.Json.Nodes;

namespace TfLbfgs.Tests.Keras.Layers;

/// <summary>
/// Configurations as Keras files have them. The reference data leave the wrapper of nested layers out, <c>{"class": ..., fields}</c>, and
/// write numbers of numpy as arrays.
/// </summary>
internal static class LayerConfig
{
    public static JsonElement Of(JsonElement config) => JsonSerializer.SerializeToElement(Fields(config));

    private static JsonObject Fields(JsonElement config)
    {
        JsonObject fields = [];
        foreach (JsonProperty field in config.EnumerateObject().Where(field => field.Name != "class"))
            fields[field.Name] = Value(field.Value);
        return fields;
    }

    private static JsonNode? Value(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            return new JsonArray([.. value.EnumerateArray().Select(Value)]);
        if (value.ValueKind != JsonValueKind.Object)
            return JsonValue.Create(value);
        if (value.TryGetProperty("class", out JsonElement name))
            return new JsonObject { ["class_name"] = name.GetString(), ["config"] = Fields(value) };
        bool isNumber = value.TryGetProperty("data", out JsonElement data) && value.TryGetProperty("shape", out JsonElement shape)
            && shape.GetArrayLength() == 0;
        return isNumber ? JsonValue.Create(data[0]) : Fields(value);
    }
}
