using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

public static partial class Losses
{
    /// <summary>The mean of (prediction - target)². Python: <c>tf.keras.losses.MeanSquaredError</c>.</summary>
    public sealed class MeanSquaredError : Loss
    {
        private protected override Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits) => MeanOverLast(RawOps.Square(yPred - Align(yTrue, yPred)));
    }
}
