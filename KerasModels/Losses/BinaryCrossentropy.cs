using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Cross-entropy of yes-or-no targets. Probabilities are clipped to [1e-7, 1 - 1e-7] as in Keras 3; Keras 2 adds 1e-7 again inside the
/// logarithm.
/// Python: <c>tf.keras.losses.BinaryCrossentropy</c>.
/// </summary>
[KerasName("BinaryCrossentropy", "bce")]
public sealed class BinaryCrossentropy : ProbabilityLoss
{
    /// <summary>Creates a loss.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards 0.5, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the mean of one sample; default the last.</param>
    /// <exception cref="TfLbfgsException">The label smoothing is not from 0 to 1.</exception>
    public BinaryCrossentropy(bool fromLogits = false, double labelSmoothing = 0, int axis = -1)
        : base(fromLogits, labelSmoothing, axis) => CheckFields();

    /// <inheritdoc/>
    protected internal override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor target = Crossentropy.SmoothBinary(Align(yTrue, prediction.Value), LabelSmoothing);
        return Mean(Crossentropy.Binary(target, prediction.Value, Scores(prediction, "sigmoid"), Generation), Axis);
    }
}
