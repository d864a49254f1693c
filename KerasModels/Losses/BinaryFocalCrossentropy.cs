using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Cross-entropy of yes-or-no targets times (1 - p)^gamma, where p is the probability of the target (Lin et al. 2018, Focal loss for dense
/// object detection).
/// Python: <c>tf.keras.losses.BinaryFocalCrossentropy</c>.
/// </summary>
public sealed class BinaryFocalCrossentropy : ProbabilityLoss
{
    private bool _appliesClassBalancing;
    private double _alpha;
    private double _gamma;

    /// <summary>Creates a loss.</summary>
    /// <param name="applyClassBalancing">Whether the classes are weighted by <paramref name="alpha"/>; default false.</param>
    /// <param name="alpha">The weight of class 1, from 0 to 1; that of class 0 is 1 - alpha. Default 0.25.</param>
    /// <param name="gamma">The exponent, at least 0: the larger, the less easy samples count; default 2.</param>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards 0.5, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the mean of one sample; default the last.</param>
    /// <exception cref="TfLbfgsException">An argument is not within its bounds.</exception>
    public BinaryFocalCrossentropy(
        bool applyClassBalancing = false, double alpha = 0.25, double gamma = 2, bool fromLogits = false, double labelSmoothing = 0,
        int axis = -1)
        : base(fromLogits, labelSmoothing, axis)
    {
        _appliesClassBalancing = applyClassBalancing;
        _alpha = alpha;
        _gamma = gamma;
        CheckFields();
    }

    /// <summary>Whether the classes are weighted by <see cref="Alpha"/>.</summary>
    public bool AppliesClassBalancing => _appliesClassBalancing;

    /// <summary>The weight of class 1.</summary>
    public double Alpha => _alpha;

    /// <summary>The exponent of the focal factor.</summary>
    public double Gamma => _gamma;

    /// <inheritdoc/>
    protected internal override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor target = Crossentropy.SmoothBinary(Align(yTrue, prediction.Value), LabelSmoothing);
        Tensor probability = FromLogits ? RawOps.Sigmoid(prediction.Value) : prediction.Value;
        Tensor losses = Crossentropy.Binary(target, probability, Scores(prediction, "sigmoid"), Generation);
        if (Crossentropy.FocalFactor(target * (1 - probability) + (1 - target) * probability, _gamma) is { } factor)
            losses *= factor;
        if (_appliesClassBalancing)
            losses *= (target * _alpha) + ((1 - target) * (1 - _alpha));
        return Mean(losses, Axis);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Flag("apply_class_balancing", ref _appliesClassBalancing);
        fields.Number("alpha", ref _alpha, minimum: 0, maximum: 1);
        fields.Number("gamma", ref _gamma, minimum: 0);
    }
}
