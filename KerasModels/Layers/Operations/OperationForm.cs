using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Layers;

/// <summary>The JSON of operations, as each generation of Keras writes it.</summary>
internal static class OperationForm
{
    private const string ModulePrefix = "keras.src.";
    private const string Constant = "_CONSTANT_VALUE";
    private const string GetItem = "__operators__.getitem";

    /// <summary>The entry of a layer of Keras 3.</summary>
    /// <param name="module">The module of its class, such as <c>keras.src.ops.numpy</c>.</param>
    /// <param name="className">The class, such as <c>Add</c>.</param>
    /// <param name="config">The arguments of its constructor with its name.</param>
    public static JsonObject Entry3(string module, string className, JsonObject config) => new()
    {
        ["module"] = module,
        ["class_name"] = className,
        ["config"] = config,
        ["registered_name"] = className,
    };

    /// <summary>The entry of a layer of Keras 2.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="function">The function, such as <c>math.add</c>.</param>
    public static JsonObject Entry2(Layer layer, string function) => new()
    {
        ["class_name"] = function == GetItem ? "SlicingOpLambda" : "TFOpLambda",
        ["config"] =
            new JsonObject { ["name"] = layer.Name, ["trainable"] = true, ["dtype"] = layer.DTypePolicy.Name, ["function"] = function },
    };

    /// <summary>A call of Keras 3.</summary>
    public static JsonObject Call3(JsonArray positional, JsonObject named) => new() { ["args"] = positional, ["kwargs"] = named };

    /// <summary>A call of Keras 2: the first argument, a tensor, a list of tensors or a constant, with the others by name.</summary>
    public static JsonArray Call2(JsonNode? first, JsonObject named)
    {
        if (IsReference(first))
            return With((JsonArray)first!, named);
        if (first is JsonArray list && list.Count > 0 && list.All(item => IsReference(item) || item is JsonValue) && list.Any(IsReference))
            return new JsonArray(
                [.. list.Select(item =>
                With(IsReference(item)
                ? (JsonArray)item!.DeepClone() : [Constant, -1, item?.DeepClone()], (JsonObject)named.DeepClone()))]);
        return [Constant, -1, first, named];
    }

    /// <summary>The full name of a module of Keras 3.</summary>
    public static string Module(string name) => ModulePrefix + name;

    private static bool IsReference(JsonNode? node) =>
        node is JsonArray { Count: 3 } list && list[0]?.GetValueKind() == System.Text.Json.JsonValueKind.String
            && list[1]?.GetValueKind() == System.Text.Json.JsonValueKind.Number;

    private static JsonArray With(JsonArray reference, JsonObject named)
    {
        reference.Add(named);
        return reference;
    }
}
