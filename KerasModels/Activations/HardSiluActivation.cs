using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x times its hard sigmoid. Python: <c>tf.keras.activations.hard_silu</c>.</summary>
[KerasName("hard_silu", "hard_swish", Generation = KerasGeneration.Keras3)]
public sealed class HardSiluActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => input * HardSigmoidActivation.HardSigmoid(input);
}
