using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>Half the square of small errors, linear in large ones. Python: <c>tf.keras.losses.Huber</c>.</summary>
[KerasName("Huber", "huber_loss")]
public sealed class Huber : Loss
{
    private double _delta;

    /// <summary>Creates a loss.</summary>
    /// <param name="delta">Where it becomes linear; positive, default 1.</param>
    /// <exception cref="TfLbfgsException">Delta is not positive.</exception>
    public Huber(double delta = 1)
    {
        Name = "huber_loss";
        _delta = delta;
        CheckFields();
    }

    /// <summary>Where it becomes linear.</summary>
    public double Delta => _delta;

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor error = yPred - Align(yTrue, yPred);
        Tensor absolute = RawOps.Abs(error);
        Tensor delta = Tensor.Scalar(Delta, yPred.DType);
        return Mean(RawOps.SelectV2(absolute <= delta, 0.5 * RawOps.Square(error), (delta * absolute) - (0.5 * RawOps.Square(delta))));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("delta", ref _delta, positive: true);
    }
}
