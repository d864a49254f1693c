using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>The mean of (prediction - target)². Python: <c>tf.keras.losses.MeanSquaredError</c>.</summary>
[KerasName("MeanSquaredError", "mse")]
public sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) => Mean(RawOps.Square(yPred - Align(yTrue, yPred)));
}
