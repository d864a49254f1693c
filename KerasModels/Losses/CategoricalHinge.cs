using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// max(1 + the largest prediction of another class - the prediction of the target, 0), for targets that are 0 and 1, one for each class of
/// the last axis. Python: <c>tf.keras.losses.CategoricalHinge</c>.
/// </summary>
public sealed class CategoricalHinge : Loss
{
    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor target = Align(yTrue, yPred);
        return Tf.Maximum(Tf.ReduceMax((1 - target) * yPred, -1) - Tf.ReduceSum(target * yPred, -1) + 1, 0);
    }
}
