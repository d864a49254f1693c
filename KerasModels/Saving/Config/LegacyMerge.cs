using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// The layer <c>Merge</c> of Keras 1, whose mode is a layer of its own now. A sequential model could begin with one, which held the
/// branches before it: that is a functional model now.
/// </summary>
internal static class LegacyMerge
{
    /// <summary>Whether the first layer of a sequential model holds branches.</summary>
    public static bool BeginsWithMerge(JsonObject config) =>
        config["layers"] is JsonArray { Count: > 0 } layers && layers[0] is JsonObject first
            && LegacyConfig.Text(first, "class_name") == "Merge"
            && first["config"] is JsonObject inner && inner["layers"] is JsonArray { Count: > 0 };

    /// <summary>Makes the layer of today of one that merges its inputs.</summary>
    /// <exception cref="ModelConfigException">There is no such mode.</exception>
    public static void Upgrade(JsonObject entry, JsonObject config)
    {
        string owner = $"Layer '{LegacyConfig.Text(config, "name")}' (Merge)";
        JsonObject now = new() { ["name"] = config["name"]?.DeepClone(), ["trainable"] = config["trainable"]?.DeepClone() ?? true };
        // Code in place of a mode: a Lambda layer, which takes its C# from the options.
        bool isCode = LegacyConfig.Text(config, "mode_type") is "lambda" or "function" || config["mode"] is JsonArray or JsonObject;
        string mode = isCode ? "" : config["mode"] is null ? "sum" : LegacyConfig.Text(config, "mode") ?? config["mode"]!.ToJsonString();
        entry["class_name"] = mode switch
        {
            "sum" => "Add",
            "mul" => "Multiply",
            "ave" => "Average",
            "max" => "Maximum",
            "concat" => "Concatenate",
            "dot" or "cos" => "Dot",
            "" => "Lambda",
            _ => throw new ModelConfigException(
                $"{owner}: expected the mode sum, mul, ave, max, concat, dot or cos, received '{mode}'. Python code in a file is never "
                + "executed."),
        };
        if (isCode)
            now["function"] = config["mode"]?.DeepClone();
        if (mode == "concat")
            now["axis"] = config["concat_axis"]?.DeepClone() ?? -1;
        if (mode is "dot" or "cos")
        {
            // One axis, one of each input, or a list of one for each.
            now["axes"] = config["dot_axes"] is JsonArray pair
                ? new JsonArray([.. pair.Select(axis => axis is JsonArray { Count: 1 } only ? only[0]?.DeepClone() : axis?.DeepClone())])
                : config["dot_axes"]?.DeepClone() ?? -1;
            now["normalize"] = mode == "cos";
        }

        entry["config"] = now;
    }

    /// <summary>Makes a functional model of a sequential one that begins with a merge of branches.</summary>
    public static void ToFunctional(JsonObject entry, JsonObject config)
    {
        GraphWriter graph = new();
        JsonArray output = graph.Chain((JsonArray)config["layers"]!, null)
            ?? throw new ModelConfigException("A sequential model that begins with Merge has no layers.");
        entry["class_name"] = "Model";
        entry["config"] = new JsonObject
        {
            ["name"] = config["name"]?.DeepClone() ?? "sequential",
            ["layers"] = new JsonArray([.. graph.Layers]),
            ["input_layers"] = graph.Inputs,
            ["output_layers"] = new JsonArray(output),
        };
    }

    /// <summary>
    /// Collects the layers of a functional model. A layer that stands in several branches is one, which is called for each.
    /// </summary>
    private sealed class GraphWriter
    {
        private readonly Dictionary<string, JsonObject> _byName = new(StringComparer.Ordinal);
        private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);

        public List<JsonObject> Layers { get; } = [];

        public JsonArray Inputs { get; } = [];

        /// <summary>Adds layers one after the other.</summary>
        /// <param name="layers">The layers, the first of which may begin with a merge, or be a sequential model.</param>
        /// <param name="input">The tensor that the first takes; null: an input of its own.</param>
        /// <returns>The tensor that the last gives.</returns>
        public JsonArray? Chain(JsonArray layers, JsonArray? input)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            foreach (JsonObject layer in layers.OfType<JsonObject>())
            {
                JsonNode? inner = layer["config"];
                if (LegacyConfig.Text(layer, "class_name") == "Sequential"
                    && (inner as JsonArray ?? inner?["layers"] as JsonArray) is { } parts)
                    input = Chain(parts, input);
                else if (LegacyConfig.Text(layer, "class_name") == "Merge" && inner is JsonObject merge
                    && merge["layers"] is JsonArray { Count: > 0 } branches)
                    input = Add(layer,
                        [.. branches.OfType<JsonObject>().Select(branch => Chain([branch.DeepClone()], null)).OfType<JsonArray>()]);
                else
                    input = Add(layer, [input ?? AddInput(layer)]);
            }

            return input;
        }

        private JsonArray Add(JsonObject layer, JsonArray[] inputs)
        {
            JsonObject copy = (JsonObject)layer.DeepClone();
            string name = LegacyConfig.Text((copy["config"] as JsonObject) ?? [], "name") ?? LegacyConfig.Text(copy, "name")
                ?? $"{LegacyConfig.Text(copy, "class_name")}_{Layers.Count}";
            if (LegacyConfig.Text(copy, "class_name") == "Merge")
                (copy["config"] as JsonObject)?.Remove("layers");
            LegacyConfig.Upgrade(copy);
            JsonArray call =
                new([.. inputs.Select(input => (JsonNode)new JsonArray([.. input.Select(part => part!.DeepClone()), new JsonObject()]))]);
            if (_byName.TryGetValue(name, out JsonObject? known))
            {
                JsonArray calls = (JsonArray)known["inbound_nodes"]!;
                string text = call.ToJsonString();
                int same = calls.Select(other => other!.ToJsonString()).ToList().IndexOf(text);
                if (same < 0)
                    calls.Add(call);
                return [name, same < 0 ? calls.Count - 1 : same, 0];
            }

            copy["name"] = name;
            copy["inbound_nodes"] = new JsonArray(call);
            _byName[name] = copy;
            Layers.Add(copy);
            return [name, 0, 0];
        }

        /// <summary>The input that the first layer of a branch states.</summary>
        private JsonArray AddInput(JsonObject layer)
        {
            JsonObject config = layer["config"] as JsonObject ?? [];
            string name = $"{LegacyConfig.Text(config, "name")}_input";
            if (_inputs.Add(name))
            {
                // A model has an input of its own.
                JsonNode? stated = config["batch_input_shape"]
                    ?? ((config["layers"] as JsonArray)?.FirstOrDefault() as JsonObject)?["config"]?["batch_input_shape"];
                if (stated is not JsonArray shape)
                {
                    throw new ModelConfigException(
                        $"Layer '{LegacyConfig.Text(config, "name")}' ({LegacyConfig.Text(layer, "class_name")}): expected "
                        + "batch_input_shape in the first layer of a branch of Merge, received none.");
                }

                bool isInteger = LegacyConfig.Text(config, "input_dtype")?.StartsWith("int", StringComparison.Ordinal) == true;
                Layers.Add(new JsonObject
                {
                    ["class_name"] = "InputLayer",
                    ["name"] = name,
                    ["config"] = new JsonObject
                    {
                        ["name"] = name,
                        ["batch_input_shape"] = shape.DeepClone(),
                        ["dtype"] = isInteger
                        ? "int32" : "float32"
                    },
                    ["inbound_nodes"] = new JsonArray(),
                });
                Inputs.Add((JsonNode)new JsonArray(name, 0, 0));
            }

            return [name, 0, 0];
        }
    }
}
