using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Cross-entropy of yes-or-no targets. Probabilities are clipped to [1e-7, 1 - 1e-7] as in Keras 3; Keras 2 adds 1e-7 again inside the logarithm.
/// Python: <c>tf.keras.losses.BinaryCrossentropy</c>.
/// </summary>
[KerasName("BinaryCrossentropy", "bce")]
public sealed class BinaryCrossentropy : Loss
{
    private bool _fromLogits;
    private double _labelSmoothing;
    private int _axis;
    private KerasGeneration _origin;

    /// <summary>Creates a loss.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards 0.5, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the mean of one sample; default the last.</param>
    /// <param name="generation">The generation of Keras whose formula is meant; default Keras 3.</param>
    /// <exception cref="TfLbfgsException">The label smoothing is not from 0 to 1.</exception>
    public BinaryCrossentropy(bool fromLogits = false, double labelSmoothing = 0, int axis = -1, KerasGeneration generation = KerasGeneration.Keras3)
    {
        _fromLogits = fromLogits;
        _labelSmoothing = labelSmoothing;
        _axis = axis;
        _origin = generation;
        CheckFields();
    }

    /// <summary>Whether predictions are logits.</summary>
    public bool FromLogits => _fromLogits;

    /// <summary>How far targets are drawn towards 0.5.</summary>
    public double LabelSmoothing => _labelSmoothing;

    /// <summary>The axis of the mean of one sample.</summary>
    public int Axis => _axis;

    /// <summary>The generation of Keras whose formula is meant.</summary>
    public KerasGeneration Generation => _origin;

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => PerSample(yTrue, yPred, null);

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits)
    {
        Tensor target = Align(yTrue, yPred);
        if (LabelSmoothing > 0)
            target = (target * (1 - LabelSmoothing)) + (0.5 * LabelSmoothing);
        Tensor? scores = logits is { Activation: "sigmoid" } ? logits.Value : FromLogits ? yPred : null;
        return Mean(scores is null ? OfProbabilities(target, Crossentropy.ClipProbabilities(yPred)) : OfLogits(target, scores), Axis);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Flag("from_logits", ref _fromLogits);
        fields.Number("label_smoothing", ref _labelSmoothing, minimum: 0, maximum: 1);
        fields.Integer("axis", ref _axis);
        fields.Origin(ref _origin);
    }

    private static Tensor OfLogits(Tensor target, Tensor scores)
    {
        Tensor zeros = RawOps.ZerosLike(scores);
        Tensor positive = scores >= zeros;
        Tensor negativeAbsolute = RawOps.SelectV2(positive, -scores, scores);
        return RawOps.SelectV2(positive, scores, zeros) - (scores * target) + RawOps.Log1p(RawOps.Exp(negativeAbsolute));
    }

    private Tensor OfProbabilities(Tensor target, Tensor clipped)
    {
        double added = Generation == KerasGeneration.Keras2 ? KerasConfig.Epsilon : 0;
        Tensor yes = clipped, no = 1 - clipped;
        if (added > 0)
        {
            yes += added;
            no += added;
        }

        return -((target * RawOps.Log(yes)) + ((1 - target) * RawOps.Log(no)));
    }
}
