using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>The identity. Python: <c>tf.keras.activations.linear</c>.</summary>
[KerasName("linear")]
public sealed class LinearActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => input;
}
