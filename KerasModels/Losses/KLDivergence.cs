using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// The sum of target log(target / prediction) over the last axis, with probabilities clipped to [1e-7, 1]. Python:
/// <c>tf.keras.losses.KLDivergence</c>.
/// </summary>
[KerasName("KLDivergence", "kld", "kullback_leibler_divergence")]
public sealed class KLDivergence : Loss
{
    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor target = Clipping.Clip(Align(yTrue, yPred), KerasConfig.Epsilon, 1);
        return Tf.ReduceSum(target * RawOps.Log(target / Clipping.Clip(yPred, KerasConfig.Epsilon, 1)), -1);
    }
}
