using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The weighted mean of what a function, or a loss, gives for each sample. Python: <c>tf.keras.metrics.MeanMetricWrapper</c>.
/// </summary>
[KerasName("function", IsStored = false)]
public sealed class MeanMetricWrapper : SampleMetric
{
    private readonly Func<Tensor, Prediction, SampleLosses> _perSample;

    /// <summary>Creates a metric of a function.</summary>
    /// <param name="function">From targets and predictions to one value per sample, or more, written with tensor operations.</param>
    public MeanMetricWrapper(Func<Tensor, Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _perSample = (yTrue, prediction) => function(yTrue, prediction.Value) ?? throw new TfLbfgsException(
            "Metric: expected a tensor from the function, received null.");
    }

    /// <summary>Creates a metric of a loss, named as the loss; its reduction is not used.</summary>
    /// <param name="loss">The loss.</param>
    public MeanMetricWrapper(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _perSample = loss.PerSample;
        Name = loss.Name;
        Generation = loss.Generation;
    }

    private protected override string DefaultName(KerasGeneration generation) => "function";

    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction) => _perSample(yTrue, prediction);
}
