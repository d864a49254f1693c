using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// How often predictions are on the side of a threshold that targets of 0 and 1 say. Python: <c>tf.keras.metrics.BinaryAccuracy</c>.
/// </summary>
public sealed class BinaryAccuracy : SampleMetric
{
    private double _threshold;

    /// <summary>Creates a metric.</summary>
    /// <param name="threshold">Predictions above it are 1; from 0 to 1, default 0.5.</param>
    /// <exception cref="TfLbfgsException">The threshold is not from 0 to 1.</exception>
    public BinaryAccuracy(double threshold = 0.5)
    {
        _threshold = threshold;
        CheckFields();
    }

    /// <summary>The threshold.</summary>
    public double Threshold => _threshold;

    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = Cast(prediction.Value);
        return Cast(RawOps.Equal(Align(yTrue, yPred), Cast(yPred > _threshold)));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("threshold", ref _threshold, minimum: 0, maximum: 1);
    }
}
