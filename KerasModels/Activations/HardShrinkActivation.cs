using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x where its size is above a threshold, otherwise 0. Python: <c>tf.keras.activations.hard_shrink</c>.</summary>
/// <param name="threshold">The threshold; default 0.5.</param>
[KerasName("hard_shrink", Generation = KerasGeneration.Keras3)]
public sealed class HardShrinkActivation(double threshold = 0.5) : ActivationFunction
{
    private double _threshold = threshold;

    /// <summary>The threshold; default 0.5.</summary>
    public double Threshold => _threshold;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) =>
        RawOps.SelectV2(RawOps.Abs(input) > _threshold, input, RawOps.ZerosLike(input));

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("threshold", ref _threshold);
    }
}
