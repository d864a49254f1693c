using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
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

    /// <summary>Creates a loss.</summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities, which are clipped to [1e-7, 1 - 1e-7].</param>
    /// <param name="ignoreClass">Samples with this target do not count; default none.</param>
    public SparseCategoricalCrossentropy(bool fromLogits = false, long? ignoreClass = null)
    {
        _fromLogits = fromLogits;
        _ignoreClass = ignoreClass;
        CheckFields();
    }

    /// <summary>Whether predictions are logits.</summary>
    public bool FromLogits => _fromLogits;

    /// <summary>Samples with this target do not count.</summary>
    public long? IgnoreClass => _ignoreClass;

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => PerSample(yTrue, yPred, null);

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits)
    {
        Tensor target = yTrue.DType == DType.Int64 ? yTrue : RawOps.Cast(yTrue, DType.Int64);
        if (target.Rank == yPred.Rank && target.Shape[-1] == 1)
            target = RawOps.Squeeze(target, [-1]);
        if (target.Rank != yPred.Rank - 1 || !target.Shape.IsCompatibleWith(Shape.Create(yPred.Shape.ToArray().AsSpan()[..^1])))
        {
            throw new TfLbfgsException(
                $"{Name}: expected class numbers of the shape of the predictions {yPred.Shape} without its last dimension, received {yTrue.Shape}. For one probability per class use CategoricalCrossentropy.");
        }

        target = RawOps.Reshape(target, Tensor.From<int>([-1]));
        Tensor? scores = logits is { Activation: "softmax" } ? logits.Value : FromLogits ? yPred : null;
        scores = Crossentropy.ToRows(scores ?? RawOps.Log(Crossentropy.ClipProbabilities(yPred)));
        if (IgnoreClass is not { } ignored)
            return RawOps.SparseSoftmaxCrossEntropyWithLogits(scores, target).Loss;

        // The mean is over the samples that count. Whatever class stands in for an ignored one, its loss and gradient are replaced by 0.
        Tensor counts = RawOps.NotEqual(target, Tensor.Scalar(ignored));
        Tensor losses = RawOps.SparseSoftmaxCrossEntropyWithLogits(scores, RawOps.SelectV2(counts, target, RawOps.ZerosLike(target))).Loss;
        losses = RawOps.SelectV2(counts, losses, RawOps.ZerosLike(losses));
        Tensor all = Tensor.From<int>([0]);
        return RawOps.DivNoNan(RawOps.Sum(losses, all), RawOps.Sum(RawOps.Cast(counts, losses.DType), all));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Flag("from_logits", ref _fromLogits);
        fields.OptionalInteger("ignore_class", ref _ignoreClass);
        fields.Ignore("axis");
    }
}
