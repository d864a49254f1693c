using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>The logarithm of the softmax. Python: <c>tf.keras.activations.log_softmax</c>.</summary>
[KerasName("log_softmax", Generation = KerasGeneration.Keras3)]
public sealed class LogSoftmaxActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.LogSoftmax(input);
}
