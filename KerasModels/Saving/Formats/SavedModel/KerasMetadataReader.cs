using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Formats.SavedModel;

/// <summary>
/// Reads the architecture of a SavedModel of Keras 2 from its descriptions of objects: JSON in which tuples and shapes are objects, and the
/// shapes for which layers were built stand apart from them.
/// </summary>
internal static class KerasMetadataReader
{
    private const string Root = "root";

    /// <summary>
    /// Reads <c>keras_metadata.pb</c>, a SavedMetadata: nodes (1), each with its path (3) and JSON (5); that of the model is <c>root</c>.
    /// </summary>
    /// <param name="message">The file.</param>
    /// <returns>The description of the model; null: there is none.</returns>
    /// <exception cref="InvalidDataException">The message is damaged.</exception>
    /// <exception cref="JsonException">A description is no JSON.</exception>
    public static string? Read(ReadOnlySpan<byte> message)
    {
        Dictionary<string, string> nodes = new(StringComparer.Ordinal);
        ProtoReader file = new(message);
        while (file.Read())
        {
            if (file.Field != 1)
                continue;
            string? path = null, json = null;
            ProtoReader node = new(file.Bytes);
            while (node.Read())
            {
                if (node.Field == 3)
                    path = Encoding.UTF8.GetString(node.Bytes);
                else if (node.Field == 5)
                    json = Encoding.UTF8.GetString(node.Bytes);
            }

            if (path is not null && json is not null)
                nodes.TryAdd(path, json);
        }

        if (!nodes.TryGetValue(Root, out string? text))
            return null;
        JsonNode? root = Plain(text);
        if (root?["config"] is JsonObject config)
            AddBuildShapes(config, Root, nodes);
        return ToText(root);
    }

    /// <summary>The description of an object with lists in place of tuples.</summary>
    /// <param name="json">The description.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static string WithoutTuples(string json) => ToText(Plain(json));

    private static string ToText(JsonNode? node) =>
        node?.ToJsonString(new JsonSerializerOptions { MaxDepth = ModelConfigReader.MaxDepth }) ?? "null";

    // The nodes of layers stand under that of their model, as layer-1 or layer_with_weights-0, and are found by their names.
    private static void AddBuildShapes(JsonObject model, string path, Dictionary<string, string> nodes)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (model["layers"] is not JsonArray layers)
            return;
        string prefix = $"{path}.layer";
        Dictionary<string, (string Path, JsonObject Node)> children = new(StringComparer.Ordinal);
        foreach ((string place, string json) in nodes)
        {
            if (place.StartsWith(prefix, StringComparison.Ordinal) && !place.AsSpan(prefix.Length).Contains('.')
                && Plain(json) is JsonObject node && TextOf(node["name"]) is { } name)
                children.TryAdd(name, (place, node));
        }

        foreach (JsonObject entry in layers.OfType<JsonObject>())
        {
            if (entry["config"] is not JsonObject config || TextOf(config["name"]) is not { } name
                || !children.TryGetValue(name, out (string Path, JsonObject Node) child))
                continue;
            if (child.Node["build_input_shape"] is JsonArray shape)
                entry["build_config"] = new JsonObject { ["input_shape"] = shape.DeepClone() };
            AddBuildShapes(config, child.Path, nodes);
        }
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonNode? Plain(string json)
    {
        using var document = PythonJson.Parse(json);
        return Plain(document.RootElement);
    }

    // Tuples of Python stand as {"class_name": "__tuple__", "items": [...]}, shapes as TensorShape in the same form.
    private static JsonNode? Plain(JsonElement element)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Plain)]);
            case JsonValueKind.Object when element.TryGetProperty("items", out JsonElement items) && items.ValueKind == JsonValueKind.Array
                && element.EnumerateObject().Count() == 2 && element.TryGetProperty("class_name", out JsonElement name)
                && name.ValueKind == JsonValueKind.String && name.GetString() is "__tuple__" or "TensorShape":
                return Plain(items);
            case JsonValueKind.Object:
                JsonObject group = [];
                foreach (JsonProperty member in element.EnumerateObject())
                    group[member.Name] = Plain(member.Value);
                return group;
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
