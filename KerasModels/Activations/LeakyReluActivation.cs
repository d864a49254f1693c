using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x above 0, a slope times x below. Python: <c>tf.keras.activations.leaky_relu</c>.</summary>
/// <param name="negativeSlope">The slope below 0; default 0.2.</param>
[KerasName("leaky_relu", Generation = KerasGeneration.Keras3)]
public sealed class LeakyReluActivation(double negativeSlope = 0.2) : ActivationFunction
{
    private double _negativeSlope = negativeSlope;

    /// <summary>The slope below 0; default 0.2.</summary>
    public double NegativeSlope => _negativeSlope;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.LeakyRelu(input, (float)_negativeSlope);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("negative_slope", ref _negativeSlope);
    }
}
