using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>max(x, 0) + min(0, alpha (exp(x / alpha) - 1)). Python: <c>tf.keras.activations.celu</c>.</summary>
/// <param name="alpha">The scale; default 1.</param>
[KerasName("celu", Generation = KerasGeneration.Keras3)]
public sealed class CeluActivation(double alpha = 1) : ActivationFunction
{
    private double _alpha = alpha;

    /// <summary>The scale; default 1.</summary>
    public double Alpha => _alpha;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input)
    {
        Tensor zero = Tensor.Scalar(0, input.DType);
        return RawOps.Maximum(input, zero) + (_alpha * RawOps.Expm1(RawOps.Minimum(input, zero) / _alpha));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("alpha", ref _alpha);
    }
}
