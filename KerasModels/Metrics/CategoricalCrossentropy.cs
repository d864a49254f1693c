using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The mean cross-entropy of targets that give a probability to each class. Python: <c>tf.keras.metrics.CategoricalCrossentropy</c>.
/// </summary>
public sealed class CategoricalCrossentropy : LossMetric
{
    private bool _fromLogits;
    private double _labelSmoothing;
    private int _axis;

    /// <summary>Creates a metric.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards the uniform distribution, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    /// <exception cref="TfLbfgsException">The label smoothing is not from 0 to 1.</exception>
    public CategoricalCrossentropy(bool fromLogits = false, double labelSmoothing = 0, int axis = -1)
    {
        _fromLogits = fromLogits;
        _labelSmoothing = labelSmoothing;
        _axis = axis;
        CheckFields();
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("from_logits", ref _fromLogits);
        fields.Number("label_smoothing", ref _labelSmoothing, minimum: 0, maximum: 1);
        fields.Integer("axis", ref _axis);
    }

    private protected override Losses.Loss CreateLoss() =>
        new Losses.CategoricalCrossentropy(_fromLogits, _labelSmoothing, _axis) { Generation = Generation };
}
