using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

public static partial class Losses
{
    /// <summary>The mean of |prediction - target|. Python: <c>tf.keras.losses.MeanAbsoluteError</c>.</summary>
    public sealed class MeanAbsoluteError : Loss
    {
        private protected override Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits) => MeanOverLast(RawOps.Abs(yPred - Align(yTrue, yPred)));
    }
}
