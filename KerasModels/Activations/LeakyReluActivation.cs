using System.Text.Json.Nodes;
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
        bool isKeras2 = fields.Generation == KerasGeneration.Keras2;
        fields.Number(isKeras2 ? "alpha" : "negative_slope", ref _negativeSlope, alias: isKeras2 ? "negative_slope" : "alpha");
    }

    private protected override (string Layer, JsonObject Config)? LayerForm(KerasGeneration generation) =>
        ("LeakyReLU", new JsonObject { [generation == KerasGeneration.Keras2 ? "alpha" : "negative_slope"] = _negativeSlope });
}
