using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>(x + 1) / 2, cut to [0, 1]. Python: <c>tf.keras.activations.sparse_sigmoid</c>.</summary>
[KerasName("sparse_sigmoid", Generation = KerasGeneration.Keras3)]
public sealed class SparseSigmoidActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.SelectV2(
        input <= -1, Tensor.Scalar(0, input.DType), RawOps.SelectV2(input >= 1, Tensor.Scalar(1, input.DType), 0.5 * (input + 1)));
}
