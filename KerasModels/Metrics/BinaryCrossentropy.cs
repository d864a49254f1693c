using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean cross-entropy of yes-or-no targets. Python: <c>tf.keras.metrics.BinaryCrossentropy</c>.</summary>
[KerasName("BinaryCrossentropy", "bce")]
public sealed class BinaryCrossentropy : LossMetric
{
    private bool _fromLogits;
    private double _labelSmoothing;

    /// <summary>Creates a metric.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards 0.5, from 0 to 1; default 0.</param>
    /// <exception cref="TfLbfgsException">The label smoothing is not from 0 to 1.</exception>
    public BinaryCrossentropy(bool fromLogits = false, double labelSmoothing = 0)
    {
        _fromLogits = fromLogits;
        _labelSmoothing = labelSmoothing;
        CheckFields();
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("from_logits", ref _fromLogits);
        fields.Number("label_smoothing", ref _labelSmoothing, minimum: 0, maximum: 1);
    }

    private protected override Losses.Loss CreateLoss() =>
        new Losses.BinaryCrossentropy(_fromLogits, _labelSmoothing) { Generation = Generation };
}
