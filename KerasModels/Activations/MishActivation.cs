using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x tanh(softplus(x)). Python: <c>tf.keras.activations.mish</c>.</summary>
[KerasName("mish")]
public sealed class MishActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => input * RawOps.Tanh(RawOps.Softplus(input));
}
