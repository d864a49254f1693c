using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>The hyperbolic tangent. Python: <c>tf.keras.activations.tanh</c>.</summary>
[KerasName("tanh")]
public sealed class TanhActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.Tanh(input);
}
