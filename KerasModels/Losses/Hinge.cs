using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// The mean of max(1 - target prediction, 0). Targets are -1 and 1; where all are 0 or 1, 0 counts as -1. Python:
/// <c>tf.keras.losses.Hinge</c>.
/// </summary>
public sealed class Hinge : Loss
{
    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) =>
        Mean(HingeTerms.Of(Align(yTrue, yPred), yPred));
}
