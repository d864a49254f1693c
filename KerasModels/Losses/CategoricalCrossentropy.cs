using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Cross-entropy of targets that give a probability to each class. Predicted probabilities are divided by their sum and clipped to [1e-7, 1 - 1e-7].
/// Python: <c>tf.keras.losses.CategoricalCrossentropy</c>.
/// </summary>
public sealed class CategoricalCrossentropy : Loss
{
    private bool _fromLogits;
    private double _labelSmoothing;
    private int _axis;

    /// <summary>Creates a loss.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards the uniform distribution, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    /// <exception cref="TfLbfgsException">The label smoothing is not from 0 to 1.</exception>
    public CategoricalCrossentropy(bool fromLogits = false, double labelSmoothing = 0, int axis = -1)
    {
        _fromLogits = fromLogits;
        _labelSmoothing = labelSmoothing;
        _axis = axis;
        CheckFields();
    }

    /// <summary>Whether predictions are logits.</summary>
    public bool FromLogits => _fromLogits;

    /// <summary>How far targets are drawn towards the uniform distribution.</summary>
    public double LabelSmoothing => _labelSmoothing;

    /// <summary>The axis of the classes.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => PerSample(yTrue, yPred, null);

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits)
    {
        int axis = Crossentropy.Axis(Name, Axis, yPred);
        Tensor target = Align(yTrue, yPred);
        if (LabelSmoothing > 0)
        {
            Tensor smoothed = target * (1 - LabelSmoothing);
            target = yPred.Shape[axis] is >= 0 and long classes
                ? smoothed + (LabelSmoothing / classes)
                : smoothed + (LabelSmoothing / RawOps.Cast(RawOps.Shape(yPred)[axis], yPred.DType));
        }

        Tensor? scores = logits is { Activation: "softmax" } ? logits.Value : FromLogits ? yPred : null;
        if (scores is not null)
            return RawOps.SoftmaxCrossEntropyWithLogits(Crossentropy.ToRows(Crossentropy.ToLast(scores, axis)), Crossentropy.ToRows(Crossentropy.ToLast(target, axis))).Loss;
        Tensor along = Tensor.Scalar(axis);
        Tensor probabilities = Crossentropy.ClipProbabilities(yPred / RawOps.Sum(yPred, along, keepDims: true));
        return -RawOps.Sum(target * RawOps.Log(probabilities), along);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Flag("from_logits", ref _fromLogits);
        fields.Number("label_smoothing", ref _labelSmoothing, minimum: 0, maximum: 1);
        fields.Integer("axis", ref _axis);
    }
}
