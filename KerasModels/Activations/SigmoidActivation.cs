using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>1 / (1 + exp(-x)). Python: <c>tf.keras.activations.sigmoid</c>.</summary>
[KerasName("sigmoid")]
public sealed class SigmoidActivation : ActivationFunction
{
    internal override bool GivesProbabilities => true;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.Sigmoid(input);
}
