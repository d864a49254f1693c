using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>The layer <c>Merge</c> of Keras 1, whose mode is a layer of its own now.</summary>
internal static class LegacyMerge
{
    public static void Upgrade(JsonObject entry, JsonObject config)
    {
        string owner = $"Layer '{LegacyConfig.Text(config, "name")}' (Merge)";
        if (config["layers"] is JsonArray { Count: > 0 })
        {
            throw new ModelConfigException(
                $"{owner}: expected a functional model where layers have several inputs, received a sequential model of Keras 1 that begins with Merge. Build it as a functional model, and load the weights.");
        }

        string mode = LegacyConfig.Text(config, "mode") ?? "sum";
        JsonObject now = new() { ["name"] = config["name"]?.DeepClone(), ["trainable"] = config["trainable"]?.DeepClone() ?? true };
        entry["class_name"] = mode switch
        {
            "sum" => "Add",
            "mul" => "Multiply",
            "ave" => "Average",
            "max" => "Maximum",
            "concat" => "Concatenate",
            "dot" or "cos" => "Dot",
            _ => throw new ModelConfigException($"{owner}: expected the mode sum, mul, ave, max, concat, dot or cos, received '{mode}'. Python code in a file is never executed."),
        };
        if (mode == "concat")
            now["axis"] = config["concat_axis"]?.DeepClone() ?? -1;
        if (mode is "dot" or "cos")
        {
            now["axes"] = config["dot_axes"]?.DeepClone() ?? -1;
            now["normalize"] = mode == "cos";
        }

        entry["config"] = now;
    }
}
