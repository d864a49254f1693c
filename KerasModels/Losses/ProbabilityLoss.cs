using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>A loss of probabilities, or of the logits that make them, against targets that may be smoothed.</summary>
public abstract class ProbabilityLoss : Loss
{
    private bool _fromLogits;
    private double _labelSmoothing;
    private int _axis;

    /// <summary>Creates a loss.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards the uniform distribution, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the classes, or of the mean of a binary loss; default the last.</param>
    protected ProbabilityLoss(bool fromLogits = false, double labelSmoothing = 0, int axis = -1)
    {
        _fromLogits = fromLogits;
        _labelSmoothing = labelSmoothing;
        _axis = axis;
    }

    /// <summary>Whether predictions are logits.</summary>
    public bool FromLogits => _fromLogits;

    /// <summary>How far targets are drawn towards the uniform distribution.</summary>
    public double LabelSmoothing => _labelSmoothing;

    /// <summary>The axis of the classes, or of the mean of a binary loss.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected internal sealed override Tensor PerSample(Tensor yTrue, Tensor yPred) => PerSample(yTrue, new Prediction(yPred)).Values;

    /// <inheritdoc/>
    protected internal abstract override SampleLosses PerSample(Tensor yTrue, Prediction prediction);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("from_logits", ref _fromLogits);
        fields.Number("label_smoothing", ref _labelSmoothing, minimum: 0, maximum: 1);
        fields.Integer("axis", ref _axis);
    }

    /// <summary>
    /// The logits that the prediction is computed from: those of the activation that made it, or the prediction itself where it is given as
    /// logits; else null.
    /// </summary>
    private protected Tensor? Scores(Prediction prediction, string activation) =>
        prediction.Logits is { } logits && logits.Activation == activation ? logits.Value : FromLogits ? prediction.Value : null;
}
