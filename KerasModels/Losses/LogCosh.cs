using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// The mean of log(cosh(prediction - target)): half the square of small errors, linear in large ones, smooth. Python:
/// <c>tf.keras.losses.LogCosh</c>.
/// </summary>
public sealed class LogCosh : Loss
{
    // Keras rounds it to float32, for any dtype.
    private static readonly double LogOfTwo = (float)Math.Log(2);

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor error = yPred - Align(yTrue, yPred);
        return Mean(error + RawOps.Softplus(-2 * error) - LogOfTwo);
    }
}
