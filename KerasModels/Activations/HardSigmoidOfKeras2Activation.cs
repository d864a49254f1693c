using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>0.2 x + 0.5, cut to [0, 1], the formula of Keras 2. Python: <c>tf.keras.activations.hard_sigmoid</c>.</summary>
[KerasName("hard_sigmoid", Generation = KerasGeneration.Keras2)]
public sealed class HardSigmoidOfKeras2Activation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => Clipping.Clip((input * 0.2) + 0.5, 0, 1);
}
