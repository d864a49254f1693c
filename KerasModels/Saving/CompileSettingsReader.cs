using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Metrics;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Compile settings of a Keras file as what <c>Compile</c> takes: <c>compile_config</c> of <c>.keras</c> files, and
/// <c>training_config</c> of
/// legacy <c>.h5</c> files. Python: <c>model.compile_from_config</c>.
/// </summary>
internal sealed class CompileSettingsReader
{
    private const string Owner = "The compile settings of the file";

    private readonly KerasGeneration _generation;

    private CompileSettingsReader(KerasGeneration generation) => _generation = generation;

    /// <summary>Reads the settings.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="generation">The generation of Keras that wrote them.</param>
    /// <returns>The optimizer, owned by the caller, null where there is none; and all else.</returns>
    /// <exception cref="ModelConfigException">A class is not known, or a setting cannot be used.</exception>
    public static (Optimizer? Optimizer, CompileOptions Options) Read(string json, KerasGeneration generation)
    {
        using JsonDocument document = PythonJson.Parse(json);
        return new CompileSettingsReader(generation).Read(document.RootElement);
    }

    private (Optimizer? Optimizer, CompileOptions Options) Read(JsonElement root)
    {
        JsonElement? Find(string name) =>
            root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value)
                && value.ValueKind != JsonValueKind.Null ? value : null;
        CompileOptions options = new()
        {
            Losses = Find("loss") is { } loss ? PerOutput<Loss?>(loss, ReadLoss) : null,
            LossWeights = Find("loss_weights") is { } weights
                ? PerOutput(weights, weight => weight.ValueKind == JsonValueKind.Number ? weight.GetDouble() : 1) : null,
            Metrics = Find("metrics") is { } metrics ? ReadMetrics(metrics) : null,
            WeightedMetrics = Find("weighted_metrics") is { } weighted ? ReadMetrics(weighted) : null,
            Compile = Find("jit_compile") is { ValueKind: JsonValueKind.True },
            RunEagerly = Find("run_eagerly") is { ValueKind: JsonValueKind.True },
        };
        return ((Find("optimizer") ?? Find("optimizer_config")) is { } optimizer ? ReadOptimizer(optimizer) : null, options);
    }

    // Before Keras 2.11, whose optimizers say which they are, there were no others than the legacy ones.
    private Optimizer ReadOptimizer(JsonElement optimizer)
    {
        const string member = "is_legacy_optimizer";
        if (_generation == KerasGeneration.Keras2 && optimizer.ValueKind == JsonValueKind.Object
            && optimizer.TryGetProperty("config", out JsonElement config) && config.ValueKind == JsonValueKind.Object
            && config.EnumerateObject().Any() && !config.TryGetProperty(member, out _))
        {
            JsonObject node = JsonObject.Create(optimizer)!;
            node["config"]![member] = true;
            optimizer = PythonJson.ToElement(node);
        }

        return ReadComponent<Optimizer>(optimizer, "optimizer");
    }

    private Loss? ReadLoss(JsonElement loss) => loss.ValueKind == JsonValueKind.Null ? null : ReadComponent<Loss>(loss, "loss");

    private PerOutput<IReadOnlyList<MetricSpec>?>? ReadMetrics(JsonElement metrics)
    {
        // A flat list is that of the only output.
        if (metrics.ValueKind == JsonValueKind.Array && metrics.EnumerateArray().All(IsMetric))
            return metrics.GetArrayLength() == 0 ? null : [[.. metrics.EnumerateArray().Select(ReadMetric)]];
        return PerOutput<IReadOnlyList<MetricSpec>?>(metrics, output => output.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Array => [.. output.EnumerateArray().Where(metric => metric.ValueKind != JsonValueKind.Null).Select(ReadMetric)],
            _ => [ReadMetric(output)],
        });
    }

    private static bool IsMetric(JsonElement metric) =>
        metric.ValueKind == JsonValueKind.String
            || (metric.ValueKind == JsonValueKind.Object && metric.TryGetProperty("class_name", out _));

    private MetricSpec ReadMetric(JsonElement metric)
    {
        if (metric.ValueKind == JsonValueKind.String)
            return metric.GetString()!;
        // Legacy files have a function in an object, whose name is that which compile was given.
        if (metric.TryGetProperty("class_name", out JsonElement name) && name.GetString() == "MeanMetricWrapper"
            && metric.TryGetProperty("config", out JsonElement config)
            && config.TryGetProperty("name", out JsonElement text) && text.ValueKind == JsonValueKind.String)
        {
            return text.GetString()!;
        }

        return ReadComponent<Metric>(metric, "metrics");
    }

    private T ReadComponent<T>(JsonElement element, string name) where T : KerasComponent
    {
        ConfigContext context = new(_generation);
        ConfigReader reader = new(ConfigObject.Empty(Owner), context);
        return (T)reader.ReadComponent(typeof(T), new FieldValue(reader, name, element));
    }

    private static PerOutput<T> PerOutput<T>(JsonElement element, Func<JsonElement, T> read)
    {
        PerOutput<T> result = [];
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement value in element.EnumerateArray())
                result.Add(read(value));
        }
        else if (element.ValueKind == JsonValueKind.Object && !element.TryGetProperty("class_name", out _))
        {
            foreach (JsonProperty value in element.EnumerateObject())
                result[value.Name] = read(value.Value);
        }
        else
        {
            result.Add(read(element));
        }

        return result;
    }
}
