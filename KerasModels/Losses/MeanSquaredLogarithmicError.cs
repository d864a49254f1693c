using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// The mean of (log(1 + prediction) - log(1 + target))², where values below 1e-7 count as 1e-7. Python:
/// <c>tf.keras.losses.MeanSquaredLogarithmicError</c>.
/// </summary>
[KerasName("MeanSquaredLogarithmicError", "msle")]
public sealed class MeanSquaredLogarithmicError : Loss
{
    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor target = Align(yTrue, yPred);
        return Mean(RawOps.Square(Log(yPred) - Log(target)));

        static Tensor Log(Tensor values) => RawOps.Log(Tf.Maximum(values, KerasConfig.Epsilon) + 1);
    }
}
