using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x / (|x| + 1). Python: <c>tf.keras.activations.softsign</c>.</summary>
[KerasName("softsign")]
public sealed class SoftsignActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.Softsign(input);
}
