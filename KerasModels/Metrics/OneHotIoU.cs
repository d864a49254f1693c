using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// Intersection over union of targets with one value for each class, averaged over given classes. Python:
/// <c>tf.keras.metrics.OneHotIoU</c>.
/// </summary>
public sealed class OneHotIoU : IoUMetric
{
    private int[] _targets;

    /// <summary>Creates a metric.</summary>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="targetClassIds">The classes over which is averaged.</param>
    /// <param name="ignoreClass">Elements with this target do not count; null (default): all do.</param>
    /// <param name="sparsePredictions">Whether predictions are class numbers; default false: one value for each class.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    /// <exception cref="TfLbfgsException">A class is not among them.</exception>
    public OneHotIoU(
        int classCount, IReadOnlyList<int> targetClassIds, long? ignoreClass = null, bool sparsePredictions = false, int axis = -1)
        : base(classCount, ignoreClass, sparseTargets: false, sparsePredictions, axis)
    {
        ArgumentNullException.ThrowIfNull(targetClassIds);
        _targets = [.. targetClassIds];
        CheckFields();
    }

    internal OneHotIoU() : this(1, [0])
    {
    }

    /// <summary>The classes over which is averaged.</summary>
    public IReadOnlyList<int> TargetClassIds => _targets;

    private protected override IReadOnlyList<int> Targets => _targets;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        DescribeClasses(fields, hasSparseTargets: false);
        fields.Integers("target_class_ids", ref _targets, required: true);
        CheckTargets(fields, _targets, ClassCount);
    }
}
