using System.Text.Json;

namespace TfLbfgs.Keras.Saving;

/// <summary>The user's texts of a model as one JSON object, which Keras ignores.</summary>
internal static class MetadataText
{
    /// <summary>The name of the attribute, or of the member of <c>metadata.json</c>, that holds them.</summary>
    public const string Name = "tflbfgs_metadata";

    /// <summary>Writes the texts; null where there are none.</summary>
    public static string? Write(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
            return null;
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            foreach ((string name, string text) in metadata)
                writer.WriteString(name, text);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads the texts; null where they are no object of texts.</summary>
    public static IReadOnlyDictionary<string, string>? Read(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Read(string)"/>
    public static IReadOnlyDictionary<string, string>? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Any(member => member.Value.ValueKind != JsonValueKind.String))
            return null;
        SortedDictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (JsonProperty member in json.EnumerateObject())
            texts[member.Name] = member.Value.GetString()!;
        return texts;
    }
}
