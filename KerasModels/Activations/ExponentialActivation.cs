using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>exp(x). Python: <c>tf.keras.activations.exponential</c>.</summary>
[KerasName("exponential")]
public sealed class ExponentialActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.Exp(input);
}
