using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The input where it is positive, a slope times it elsewhere. Python: <c>tf.keras.layers.LeakyReLU</c>.</summary>
public sealed class LeakyReLU : Layer
{
    private double _negativeSlope = 0.3;

    /// <summary>Creates a layer.</summary>
    /// <param name="negativeSlope">The slope for negative inputs, at least 0; default 0.3. Keras 2 calls it alpha.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The slope is negative.</exception>
    public LeakyReLU(double negativeSlope = 0.3, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _negativeSlope = negativeSlope;
        CheckFields();
    }

    /// <summary>The slope for negative inputs.</summary>
    public double NegativeSlope => _negativeSlope;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context) => Tf.NN.LeakyRelu(input, (float)_negativeSlope);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        bool isKeras2 = fields.Generation == KerasGeneration.Keras2;
        fields.Number(isKeras2 ? "alpha" : "negative_slope", ref _negativeSlope, minimum: 0, alias: isKeras2 ? "negative_slope" : "alpha");
    }
}
