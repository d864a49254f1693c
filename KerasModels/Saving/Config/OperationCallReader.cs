using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Reads one call of an operation: its arguments as they stand, with the tensors of other layers, at any depth, as inputs. Keras 2 writes
/// the first
/// argument, a tensor, a list of tensors or a constant, and the others by name; Keras 3 lists <c>args</c> and <c>kwargs</c>.
/// </summary>
internal sealed class OperationCallReader(ConfigObject owner)
{
    private const string Constant = "_CONSTANT_VALUE";

    private readonly List<FunctionalConfigReader.Reference> _inputs = [];

    /// <summary>The tensors that were met, in order.</summary>
    public IReadOnlyList<FunctionalConfigReader.Reference> Inputs => _inputs;

    /// <summary>Reads a call.</summary>
    /// <exception cref="ModelConfigException">It has another form.</exception>
    public OperationTemplate Read(JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.Object)
        {
            ConfigObject call = new(node, owner.Owner);
            return OperationTemplate.Of(new JsonArray([.. call.List("args").Select(Convert)]), Named(call.Object("kwargs")));
        }

        if (node.ValueKind != JsonValueKind.Array || node.GetArrayLength() == 0)
            throw owner.Fail("inbound_nodes", "a list of calls", node);
        if (node[0].ValueKind == JsonValueKind.String)
            return OperationTemplate.Of([First(node)], Named(ArgumentsOf(node)));
        JsonElement[] list = [.. node.EnumerateArray()];
        return OperationTemplate.Of([new JsonArray([.. list.Select(First)])], Named(ArgumentsOf(list[0])));
    }

    private ConfigObject? ArgumentsOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Array && item.GetArrayLength() > 3 && item[3].ValueKind == JsonValueKind.Object
            ? new ConfigObject(item[3], owner.Owner)
            : null;

    private JsonObject Named(ConfigObject? arguments) => arguments is null
        ? []
        : new JsonObject(arguments.Value.Members().Select(argument => KeyValuePair.Create(argument.Name, Convert(argument.Value))));

    // A tensor or a constant, without the other arguments behind it.
    private JsonNode? First(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() < 3)
            throw owner.Fail("inbound_nodes", "[layer, call, output, arguments]", item);
        if (item[0].ValueKind == JsonValueKind.String && item[0].GetString() == Constant)
            return Convert(item[2]);
        return Input(FunctionalConfigReader.ToReference(owner, "inbound_nodes", item));
    }

    private JsonNode? Convert(JsonElement value)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (ArgumentReader.AsReference(owner, value) is { } reference)
            return Input(reference);
        return value.ValueKind switch
        {
            JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Convert)]),
            JsonValueKind.Object =>
                new JsonObject(value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Convert(member.Value)))),
            JsonValueKind.Null => null,
            _ => JsonNode.Parse(value.GetRawText()),
        };
    }

    private JsonObject Input(FunctionalConfigReader.Reference reference)
    {
        _inputs.Add(reference);
        return OperationTemplate.At(_inputs.Count - 1);
    }
}
