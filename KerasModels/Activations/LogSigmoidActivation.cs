using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>The logarithm of the sigmoid. Python: <c>tf.keras.activations.log_sigmoid</c>.</summary>
[KerasName("log_sigmoid", Generation = KerasGeneration.Keras3)]
public sealed class LogSigmoidActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => -RawOps.Softplus(-input);
}
