using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x cut to [0, 6]. Python: <c>tf.keras.activations.relu6</c>.</summary>
[KerasName("relu6", Generation = KerasGeneration.Keras3)]
public sealed class Relu6Activation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.Relu6(input);
}
