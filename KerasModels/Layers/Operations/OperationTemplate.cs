using System.Text.Json;
using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The arguments of one call of an operation as a file states them, in the order of its parameters and by name. Where a tensor of the
/// model stands, at any depth, the template has its number among the inputs of the call.
/// </summary>
internal sealed class OperationTemplate
{
    private const string Place = "#";

    private OperationTemplate(IReadOnlyList<JsonElement> positional, IReadOnlyDictionary<string, JsonElement> named)
    {
        Positional = positional;
        Named = named;
    }

    /// <summary>The arguments without a name.</summary>
    public IReadOnlyList<JsonElement> Positional { get; }

    /// <summary>The arguments by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Named { get; }

    /// <summary>Makes a template of arguments whose tensors <see cref="At"/> stands for.</summary>
    public static OperationTemplate Of(JsonArray positional, JsonObject named)
    {
        using var first = JsonDocument.Parse(positional.ToJsonString(Options), Depth);
        using var second = JsonDocument.Parse(named.ToJsonString(Options), Depth);
        return new OperationTemplate(
            [.. first.RootElement.Clone().EnumerateArray()],
            second.RootElement.Clone().EnumerateObject().ToDictionary(
                member => member.Name, member => member.Value, StringComparer.Ordinal));
    }

    /// <summary>What stands for an input.</summary>
    /// <param name="input">Its number among the inputs of the call.</param>
    public static JsonObject At(int input) => new() { [Place] = input };

    /// <summary>The number of the input for which a value stands; null for another value.</summary>
    public static int? InputOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(Place, out JsonElement number) ? number.GetInt32() : null;

    /// <summary>The value with something else in place of each input.</summary>
    /// <param name="value">An argument.</param>
    /// <param name="reference">From the number of an input to what is written for it.</param>
    public static JsonNode? Replace(JsonElement value, Func<int, JsonNode> reference)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (InputOf(value) is { } input)
            return reference(input);
        return value.ValueKind switch
        {
            JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(item => Replace(item, reference))]),
            JsonValueKind.Object =>
                new JsonObject(value.EnumerateObject()
                .Select(member => KeyValuePair.Create(member.Name, Replace(member.Value, reference)))),
            _ => JsonNode.Parse(value.GetRawText()),
        };
    }

    private static JsonSerializerOptions Options { get; } = new() { MaxDepth = Serialization.ConfigObject.MaxDepth };

    private static JsonDocumentOptions Depth { get; } = new() { MaxDepth = Serialization.ConfigObject.MaxDepth };
}
