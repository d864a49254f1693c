using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x - tanh(x). Python: <c>tf.keras.activations.tanh_shrink</c>.</summary>
[KerasName("tanh_shrink", Generation = KerasGeneration.Keras3)]
public sealed class TanhShrinkActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => input - RawOps.Tanh(input);
}
