using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x times its sigmoid; also named silu. Python: <c>tf.keras.activations.silu</c>.</summary>
[KerasName("swish", "silu")]
public sealed class SiluActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => Tf.NN.Silu(input);
}
