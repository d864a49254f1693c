using System.Text.Json;
using System.Text.Json.Nodes;

namespace TfLbfgs.Tests.Keras;

/// <summary>
/// Gives configurations of the reference data the form of Keras: there, components are <c>{"class": ..., fields}</c>, and arrays have a
/// shape and a dtype.
/// </summary>
internal static class StoredConfig
{
    public static JsonElement ToKeras(JsonElement config) => JsonSerializer.SerializeToElement(Convert(config, isComponent: false));

    private static JsonNode? Convert(JsonElement value, bool isComponent = true)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.TryGetProperty("data", out JsonElement data)
                && value.TryGetProperty("shape", out JsonElement shape):
                return shape.GetArrayLength() == 0 ? JsonNode.Parse(data[0].GetRawText()) : JsonNode.Parse(data.GetRawText());
            case JsonValueKind.Object:
                JsonObject fields = [];
                foreach (JsonProperty field in value.EnumerateObject().Where(field => !isComponent || field.Name != "class"))
                    fields[field.Name] = Convert(field.Value);
                return isComponent && value.TryGetProperty("class", out JsonElement name)
                    ? new JsonObject { ["class_name"] = name.GetString(), ["config"] = fields } : fields;
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(item => Convert(item))]);
            default:
                return JsonNode.Parse(value.GetRawText());
        }
    }
}
