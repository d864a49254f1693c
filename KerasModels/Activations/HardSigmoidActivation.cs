using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>relu6(x + 3) / 6, the formula of Keras 3. Python: <c>tf.keras.activations.hard_sigmoid</c>.</summary>
[KerasName("hard_sigmoid", Generation = KerasGeneration.Keras3)]
public sealed class HardSigmoidActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => HardSigmoid(input);

    /// <summary>The formula inside a scope of the caller.</summary>
    internal static Tensor HardSigmoid(Tensor x) => RawOps.Relu6(x + 3) / 6;
}
