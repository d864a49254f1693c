using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Cross-entropy of targets that are class numbers, [batch, ...] or [batch, ..., 1], against predictions [batch, ..., classes].
/// Python: <c>tf.keras.losses.SparseCategoricalCrossentropy</c>.
/// </summary>
public sealed class SparseCategoricalCrossentropy : Loss
{
    private bool _fromLogits;
    private long? _ignoreClass;
    private int _axis;

    /// <summary>Creates a loss.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities, which are clipped to [1e-7, 1 - 1e-7].</param>
    /// <param name="ignoreClass">Samples with this target do not count; default none.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    public SparseCategoricalCrossentropy(bool fromLogits = false, long? ignoreClass = null, int axis = -1)
    {
        _fromLogits = fromLogits;
        _ignoreClass = ignoreClass;
        _axis = axis;
    }

    /// <summary>Whether predictions are logits.</summary>
    public bool FromLogits => _fromLogits;

    /// <summary>Samples with this target do not count.</summary>
    public long? IgnoreClass => _ignoreClass;

    /// <summary>The axis of the classes.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) => PerSample(yTrue, new Prediction(yPred)).Values;

    /// <inheritdoc/>
    protected internal override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(prediction);
        int axis = Crossentropy.Axis(Name, Axis, prediction.Value);
        Tensor target = ClassNumbers.Of(Name, yTrue, prediction.Value, axis);
        Tensor? logits = prediction.Logits is { Activation: "softmax" } known ? known.Value : FromLogits ? prediction.Value : null;
        Tensor scores = Crossentropy.ToLast(logits ?? RawOps.Log(Crossentropy.ClipProbabilities(prediction.Value)), axis);
        if (IgnoreClass is not { } ignored)
            return Tf.NN.SparseSoftmaxCrossEntropyWithLogits(target, scores);

        // Ignored samples may have any class and any prediction: both are replaced, and so are loss and gradient.
        Tensor counts = RawOps.NotEqual(target, Tensor.Scalar(ignored));
        Tensor counted = RawOps.SelectV2(RawOps.ExpandDims(counts, Tensor.Scalar(-1)), scores, RawOps.ZerosLike(scores));
        Tensor losses = Tf.NN.SparseSoftmaxCrossEntropyWithLogits(RawOps.SelectV2(counts, target, RawOps.ZerosLike(target)), counted);
        return new SampleLosses(RawOps.SelectV2(counts, losses, RawOps.ZerosLike(losses)), counts);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("from_logits", ref _fromLogits);
        fields.OptionalInteger("ignore_class", ref _ignoreClass);
        fields.Integer("axis", ref _axis, only: KerasGeneration.Keras3);
    }
}
