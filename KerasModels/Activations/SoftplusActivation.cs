using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>log(exp(x) + 1). Python: <c>tf.keras.activations.softplus</c>.</summary>
[KerasName("softplus")]
public sealed class SoftplusActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.Softplus(input);
}
