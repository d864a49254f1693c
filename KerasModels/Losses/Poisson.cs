using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// The mean of prediction - target log(prediction): the negative log-likelihood of counts. Python: <c>tf.keras.losses.Poisson</c>.
/// </summary>
public sealed class Poisson : Loss
{
    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) =>
        Mean(yPred - (Align(yTrue, yPred) * RawOps.Log(yPred + KerasConfig.Epsilon)));
}
