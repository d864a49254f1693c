using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>The mean of |prediction - target|. Python: <c>tf.keras.losses.MeanAbsoluteError</c>.</summary>
[KerasName("MeanAbsoluteError", "mae")]
public sealed class MeanAbsoluteError : Loss
{
    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) => Mean(RawOps.Abs(yPred - Align(yTrue, yPred)));
}
