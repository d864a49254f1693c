using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>The scaled ELU, which keeps mean and variance. Python: <c>tf.keras.activations.selu</c>.</summary>
[KerasName("selu")]
public sealed class SeluActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.Selu(input);
}
