using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>exp(x) over its sum along the last axis. Python: <c>tf.keras.activations.softmax</c>.</summary>
[KerasName("softmax")]
public sealed class SoftmaxActivation : ActivationFunction
{
    internal override bool GivesProbabilities => true;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.Softmax(input);
}
