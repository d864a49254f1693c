using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x cut to [-1, 1]. Python: <c>tf.keras.activations.hard_tanh</c>.</summary>
[KerasName("hard_tanh", Generation = KerasGeneration.Keras3)]
public sealed class HardTanhActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => Clipping.Clip(input, -1, 1);
}
