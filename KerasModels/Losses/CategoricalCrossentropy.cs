using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Cross-entropy of targets that give a probability to each class. Predicted probabilities are divided by their sum and clipped to [1e-7, 1
/// - 1e-7].
/// Python: <c>tf.keras.losses.CategoricalCrossentropy</c>.
/// </summary>
public sealed class CategoricalCrossentropy : ProbabilityLoss
{
    /// <summary>Creates a loss.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards the uniform distribution, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    /// <exception cref="TfLbfgsException">The label smoothing is not from 0 to 1.</exception>
    public CategoricalCrossentropy(bool fromLogits = false, double labelSmoothing = 0, int axis = -1)
        : base(fromLogits, labelSmoothing, axis) => CheckFields();

    /// <inheritdoc/>
    protected internal override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        int axis = Crossentropy.Axis(Name, Axis, prediction.Value);
        Tensor target = Crossentropy.SmoothClasses(Align(yTrue, prediction.Value), LabelSmoothing, axis);
        return Scores(prediction, "softmax") is { } logits
            ? Tf.NN.SoftmaxCrossEntropyWithLogits(Crossentropy.ToLast(target, axis), Crossentropy.ToLast(logits, axis))
            : -Tf.ReduceSum(target * RawOps.Log(Crossentropy.NormalizeProbabilities(prediction.Value, axis)), axis);
    }
}
