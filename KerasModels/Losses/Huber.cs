using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

public static partial class Losses
{
    /// <summary>Half the square of small errors, linear in large ones. Python: <c>tf.keras.losses.Huber</c>.</summary>
    /// <param name="delta">Where it becomes linear; positive, default 1.</param>
    public sealed class Huber(double delta = 1) : Loss
    {
        /// <summary>Where it becomes linear.</summary>
        public double Delta { get; } = delta > 0 ? delta : throw new TfLbfgsException($"Huber: expected a positive delta, received {delta}.");

        private protected override Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits)
        {
            Tensor error = yPred - Align(yTrue, yPred);
            Tensor absolute = RawOps.Abs(error);
            Tensor delta = Tensor.Scalar(Delta, yPred.DType);
            return MeanOverLast(RawOps.SelectV2(absolute <= delta, 0.5 * RawOps.Square(error), (delta * absolute) - (0.5 * RawOps.Square(delta))));
        }
    }
}
