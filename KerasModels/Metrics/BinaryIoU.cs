using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// Intersection over union of yes-or-no targets and predictions, averaged over the two classes or one of them. Python:
/// <c>tf.keras.metrics.BinaryIoU</c>.
/// </summary>
public sealed class BinaryIoU : IoUMetric
{
    private int[] _targets;
    private double _threshold;

    /// <summary>Creates a metric.</summary>
    /// <param name="targetClassIds">The classes, 0 and 1, over which is averaged; null (default): both.</param>
    /// <param name="threshold">Predictions at it or above are 1; default 0.5.</param>
    /// <exception cref="TfLbfgsException">A class is not 0 or 1.</exception>
    public BinaryIoU(IReadOnlyList<int>? targetClassIds = null, double threshold = 0.5)
        : base(2, ignoreClass: null, sparseTargets: true, sparsePredictions: true, axis: -1)
    {
        _targets = targetClassIds is null ? [0, 1] : [.. targetClassIds];
        _threshold = threshold;
        CheckFields();
    }

    /// <summary>The classes over which is averaged.</summary>
    public IReadOnlyList<int> TargetClassIds => _targets;

    /// <summary>Predictions at it or above are 1.</summary>
    public double Threshold => _threshold;

    private protected override IReadOnlyList<int> Targets => _targets;

    /// <inheritdoc/>
    protected override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor scores = yPred.DType.IsFloating ? yPred : RawOps.Cast(yPred, DType.Float32);
        base.UpdateState(Align(yTrue, scores), RawOps.Cast(scores >= _threshold, DType.Int64), sampleWeight);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        DescribeBase(fields);
        fields.Integers("target_class_ids", ref _targets);
        fields.Number("threshold", ref _threshold);
        CheckTargets(fields, _targets, ClassCount);
    }
}
