using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The mean cross-entropy of targets that are class numbers. Python: <c>tf.keras.metrics.SparseCategoricalCrossentropy</c>.
/// </summary>
public sealed class SparseCategoricalCrossentropy : LossMetric
{
    private bool _fromLogits;
    private long? _ignoreClass;
    private int _axis;

    /// <summary>Creates a metric.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="ignoreClass">Samples with this target have the loss 0, and in Keras 2, or where there are weights, do not count;
    /// default none. Python: of Keras 2.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    public SparseCategoricalCrossentropy(bool fromLogits = false, long? ignoreClass = null, int axis = -1)
    {
        _fromLogits = fromLogits;
        _ignoreClass = ignoreClass;
        _axis = axis;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("from_logits", ref _fromLogits);
        fields.OptionalInteger("ignore_class", ref _ignoreClass, only: KerasGeneration.Keras2);
        fields.Integer("axis", ref _axis);
    }

    private protected override Losses.Loss CreateLoss() =>
        new Losses.SparseCategoricalCrossentropy(_fromLogits, _ignoreClass, _axis) { Generation = Generation };
}
