using System.Text.Json.Nodes;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Writes what <c>Compile</c> was given as <c>compile_config</c> of a <c>.keras</c> file. Python: <c>model.get_compile_config</c>.
/// </summary>
internal static class CompileSettingsWriter
{
    /// <summary>Writes the settings.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="options">All else.</param>
    /// <param name="generation">The generation of Keras whose form it has.</param>
    /// <param name="warnings">Receives what the form does not hold.</param>
    /// <returns>The settings as JSON; null where a part has no form in Keras files.</returns>
    public static string? Write(Optimizer optimizer, CompileOptions options, KerasGeneration generation, List<string> warnings)
    {
        ConfigWriter writer = new(generation, "The compile settings", warnings);
        try
        {
            JsonObject config = new()
            {
                ["optimizer"] = optimizer.ToNode(writer),
                ["loss"] = PerOutput(options.Losses, loss => loss?.ToNode(writer)),
                ["loss_weights"] = PerOutput(options.LossWeights, weight => JsonValue.Create(weight)),
                ["metrics"] = PerOutput(options.Metrics, metrics => Metrics(metrics, writer)),
                ["weighted_metrics"] = PerOutput(options.WeightedMetrics, metrics => Metrics(metrics, writer)),
                ["run_eagerly"] = options.RunEagerly,
                ["steps_per_execution"] = 1,
                ["jit_compile"] = options.Compile,
            };
            return config.ToJsonString();
        }
        catch (TfLbfgsException e)
        {
            warnings.Add($"The compile settings and the state of the optimizer are not written: {e.Message}");
            return null;
        }
    }

    private static JsonArray? Metrics(IReadOnlyList<MetricSpec>? metrics, ConfigWriter writer) =>
        metrics is null ? null
            : new JsonArray(
            [.. metrics.Select(metric => metric.Text is { } text ? JsonValue.Create(text) : metric.Metric!.ToNode(writer))]);

    /// <summary>A value alone for one output, else a list or an object, as they were given.</summary>
    private static JsonNode? PerOutput<T>(PerOutput<T>? values, Func<T, JsonNode?> write) => values switch
    {
        null => null,
        { ByName.Count: > 0 } => new JsonObject(values.ByName.Select(value => KeyValuePair.Create(value.Key, write(value.Value)))),
        { ByPosition: [T only] } => write(only),
        _ => new JsonArray([.. values.ByPosition.Select(write)]),
    };
}
