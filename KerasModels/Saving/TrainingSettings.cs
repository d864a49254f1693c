using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Compile settings in the two forms of Keras files: <c>training_config</c> of legacy <c>.h5</c> files, with the optimizer under
/// <c>optimizer_config</c>, and <c>compile_config</c> of <c>.keras</c> files, whose classes name their modules.
/// </summary>
internal static class TrainingSettings
{
    private const string OptimizerConfig = "optimizer_config";

    /// <summary>The settings in the form of a file.</summary>
    /// <param name="state">The state of the file that was loaded.</param>
    /// <param name="forArchive">Whether it is for a <c>.keras</c> file.</param>
    /// <param name="warnings">Receives what the form does not hold.</param>
    /// <returns>The settings; null where there are none.</returns>
    public static string? For(TrainingState state, bool forArchive, List<string> warnings)
    {
        if (state.ConfigJson is null || state.IsArchiveConfig == forArchive)
            return state.ConfigJson;
        if (JsonNode.Parse(state.ConfigJson) is not JsonObject config)
            return null;
        return (forArchive ? ToArchive(config, warnings) : ToLegacy(config)).ToJsonString();
    }

    private static JsonObject ToArchive(JsonObject config, List<string> warnings)
    {
        JsonObject result = [];
        foreach ((string name, JsonNode? value) in config)
        {
            switch (name)
            {
                case OptimizerConfig:
                    result["optimizer"] = WithModules(value, "keras.optimizers");
                    break;
                case "loss":
                    result[name] = WithModules(value, "keras.losses");
                    break;
                case "metrics" or "weighted_metrics":
                    result[name] = WithModules(Metrics(value, warnings), "keras.metrics");
                    break;
                default:
                    result[name] = value?.DeepClone();
                    break;
            }
        }

        return result;
    }

    private static JsonObject ToLegacy(JsonObject config)
    {
        JsonObject result = [];
        foreach ((string name, JsonNode? value) in config)
            result[name == "optimizer" ? OptimizerConfig : name] = WithoutModules(value);
        return result;
    }

    // Legacy files have metrics as objects around functions, in a list for each output; Keras makes these itself of the names.
    private static JsonNode? Metrics(JsonNode? value, List<string> warnings)
    {
        switch (value)
        {
            case JsonArray list:
                JsonNode?[] items = [.. list.Select(item => Metrics(item, warnings))];
                return items is [JsonArray only] ? only : new JsonArray(items);
            case JsonObject { Count: > 0 } metric when metric["class_name"]?.ToString() == "MeanMetricWrapper":
                if (metric["config"]?["name"] is JsonValue name)
                    return name.DeepClone();
                warnings.Add($"The metric {metric.ToJsonString()} has no name and is not written.");
                return null;
            default:
                return value?.DeepClone();
        }
    }

    private static JsonNode? WithModules(JsonNode? value, string module)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case JsonArray list:
                return new JsonArray([.. list.Select(item => WithModules(item, module))]);
            case JsonObject entry when entry["class_name"] is JsonValue className && entry.ContainsKey("config")
                && !entry.ContainsKey("module"):
                string registered = className.ToString(), plain = registered[(registered.LastIndexOf('>') + 1)..];
                // A class of Keras 2's own is registered under Custom, too.
                bool isOwn = registered == plain || registered == $"Custom>{plain}";
                JsonObject config = WithModules(entry["config"], module) as JsonObject ?? [];
                // Within an optimizer there are schedules, of the same module, and inner optimizers.
                foreach (string part in config.Select(field => field.Key).ToList())
                    config[part] = WithModules(config[part], part == "learning_rate" ? "keras.optimizers.schedules" : module)?.DeepClone();
                return new JsonObject
                {
                    ["module"] = isOwn ? module : null,
                    ["class_name"] = plain,
                    ["config"] = config,
                    ["registered_name"] = isOwn ? null : registered
                };
            case JsonObject group:
                return new JsonObject(group.Select(member => KeyValuePair.Create(member.Key, WithModules(member.Value, module))));
            default:
                return value?.DeepClone();
        }
    }

    private static JsonNode? WithoutModules(JsonNode? value)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return value switch
        {
            JsonArray list => new JsonArray([.. list.Select(WithoutModules)]),
            JsonObject entry when entry.ContainsKey("class_name") && entry.ContainsKey("config") =>
                new JsonObject
                {
                    ["class_name"] = (entry["registered_name"] is JsonValue registered ? registered : entry["class_name"])?.DeepClone(),
                    ["config"] = WithoutModules(entry["config"]),
                },
            JsonObject group => new JsonObject(group.Select(member => KeyValuePair.Create(member.Key, WithoutModules(member.Value)))),
            _ => value?.DeepClone(),
        };
    }
}
