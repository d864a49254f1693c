using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// 100 times the mean of |prediction - target| / |target|, where targets below 1e-7 count as 1e-7. Python:
/// <c>tf.keras.losses.MeanAbsolutePercentageError</c>.
/// </summary>
[KerasName("MeanAbsolutePercentageError", "mape")]
public sealed class MeanAbsolutePercentageError : Loss
{
    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor target = Align(yTrue, yPred);
        return 100 * Mean(RawOps.Abs((target - yPred) / Tf.Maximum(RawOps.Abs(target), KerasConfig.Epsilon)));
    }
}
