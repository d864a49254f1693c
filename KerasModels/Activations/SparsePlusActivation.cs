using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>0 below -1, x above 1, (x + 1)² / 4 between. Python: <c>tf.keras.activations.sparse_plus</c>.</summary>
[KerasName("sparse_plus", Generation = KerasGeneration.Keras3)]
public sealed class SparsePlusActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => RawOps.SelectV2(
        input <= -1, RawOps.ZerosLike(input),
            RawOps.SelectV2(input < 1, 0.25 * RawOps.Pow(input + 1, Tensor.Scalar(2, input.DType)), input));
}
