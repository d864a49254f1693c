using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x drawn towards 0 by a threshold. Python: <c>tf.keras.activations.soft_shrink</c>.</summary>
/// <param name="threshold">The threshold; default 0.5.</param>
[KerasName("soft_shrink", Generation = KerasGeneration.Keras3)]
public sealed class SoftShrinkActivation(double threshold = 0.5) : ActivationFunction
{
    private double _threshold = threshold;

    /// <summary>The threshold; default 0.5.</summary>
    public double Threshold => _threshold;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.SelectV2(
        input > _threshold, input - _threshold, RawOps.SelectV2(input < -_threshold, input + _threshold, RawOps.ZerosLike(input)));

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("threshold", ref _threshold);
    }
}
