using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Metrics;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// A metric of a compiled model: a <see cref="Metric"/>, or a name whose meaning may depend on the output, such as <c>accuracy</c>. Texts
/// and metrics convert to it. Python: an element of <c>metrics</c> of <c>compile</c>.
/// </summary>
public sealed class MetricSpec
{
    private readonly Metric? _metric;
    private readonly string? _text;

    private MetricSpec(Metric? metric, string? text)
    {
        _metric = metric;
        _text = text;
    }

    /// <summary>Takes a metric by its Keras name.</summary>
    /// <param name="name">Such as <c>accuracy</c> or <c>mae</c>.</param>
    public static implicit operator MetricSpec(string name) => FromString(name);

    /// <summary>Takes a metric, which the model owns from then on.</summary>
    /// <param name="metric">The metric.</param>
    public static implicit operator MetricSpec(Metric metric) => FromMetric(metric);

    /// <summary>Takes a function as a metric.</summary>
    /// <param name="function">From targets and predictions to one value per sample, whose mean is the measure.</param>
    public static implicit operator MetricSpec(Func<Tensor, Tensor, Tensor> function) => FromMetric(Metric.FromFunction(function));

    /// <inheritdoc cref="op_Implicit(string)"/>
    /// <returns>The metric.</returns>
    public static MetricSpec FromString(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new MetricSpec(null, name);
    }

    /// <inheritdoc cref="op_Implicit(Metric)"/>
    /// <returns>The metric.</returns>
    public static MetricSpec FromMetric(Metric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return new MetricSpec(metric, null);
    }

    /// <summary>The metric; null: a name.</summary>
    internal Metric? Metric => _metric;

    /// <summary>The name; null: a metric.</summary>
    internal string? Text => _text;

    /// <summary>The metric for an output.</summary>
    internal Metric ForOutput(Tensor target, Tensor prediction, KerasGeneration generation)
    {
        if (_metric is not null)
            return _metric;
        if (_text!.ToLowerInvariant() is "accuracy" or "acc" or "crossentropy" or "ce")
            return Metric.ForOutput(_text, target.Shape, prediction.Shape);
        // It has the name that was given, and for a model of float64 its measures are of float64, too.
        JsonObject arguments = new() { ["name"] = _text };
        if (prediction.DType == DType.Float64)
            arguments["dtype"] = DType.Float64.PythonName;
        using var config = JsonDocument.Parse(arguments.ToJsonString());
        return KerasRegistry.FromConfig<Metric>(_text, config.RootElement, generation);
    }
}
