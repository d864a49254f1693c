using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The input where it is above a threshold, 0 elsewhere. A layer of Keras 2. Python: <c>tf.keras.layers.ThresholdedReLU</c>.
/// </summary>
[KerasName("ThresholdedReLU", Generation = KerasGeneration.Keras2)]
public sealed class ThresholdedReLU : Layer
{
    private double _theta = 1;

    /// <summary>Creates a layer.</summary>
    /// <param name="theta">The threshold, at least 0; default 1.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The threshold is negative.</exception>
    public ThresholdedReLU(double theta = 1, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _theta = theta;
        CheckFields();
    }

    /// <summary>The threshold.</summary>
    public double Theta => _theta;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input * Tf.Cast(input > _theta, input.DType);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("theta", ref _theta, minimum: 0);
    }
}
