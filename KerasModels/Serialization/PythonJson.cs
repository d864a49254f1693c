using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// JSON as Python writes it, which knows the words NaN, Infinity and -Infinity where the standard has numbers. They are read as texts,
/// which fields of numbers take. Python: <c>json.dumps</c>.
/// </summary>
internal static class PythonJson
{
    private static readonly string[] Words = ["-Infinity", "Infinity", "NaN"];

    /// <summary>The number that a text stands for in JSON that was read; null: it is another text.</summary>
    public static double? NumberOf(string? text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };

    /// <summary>A configuration that was changed, to be read.</summary>
    public static JsonElement ToElement(JsonNode node)
    {
        using JsonDocument document = JsonDocument.Parse(
            node.ToJsonString(new JsonSerializerOptions { MaxDepth = ConfigObject.MaxDepth }),
            new JsonDocumentOptions { MaxDepth = ConfigObject.MaxDepth });
        return document.RootElement.Clone();
    }

    /// <summary>Parses a configuration.</summary>
    /// <exception cref="JsonException">It is no JSON of Python's, or nested too deeply.</exception>
    public static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json, Options);
        }
        catch (JsonException) when (Array.Exists(Words, word => json.Contains(word, StringComparison.Ordinal)))
        {
            return JsonDocument.Parse(Quote(json), Options);
        }
    }

    private static JsonDocumentOptions Options { get; } = new() { MaxDepth = ConfigObject.MaxDepth };

    // Puts the words into quotes that stand outside of texts.
    private static string Quote(string json)
    {
        StringBuilder result = new(json.Length + 16);
        bool isText = false;
        for (int i = 0; i < json.Length; i++)
        {
            string? word = isText ? null : Array.Find(Words, word => json.AsSpan(i).StartsWith(word, StringComparison.Ordinal));
            if (word is not null)
            {
                result.Append('"').Append(word).Append('"');
                i += word.Length - 1;
                continue;
            }

            result.Append(json[i]);
            if (json[i] == '"')
                isText = !isText;
            else if (isText && json[i] == '\\' && i + 1 < json.Length)
                result.Append(json[++i]);
        }

        return result.ToString();
    }
}
