using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>Intersection over union, averaged over given classes. Python: <c>tf.keras.metrics.IoU</c>.</summary>
public sealed class IoU : IoUMetric
{
    private int[] _targets;

    /// <summary>Creates a metric.</summary>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="targetClassIds">The classes over which is averaged.</param>
    /// <param name="ignoreClass">Elements with this target do not count; null (default): all do.</param>
    /// <param name="sparseTargets">Whether targets are class numbers (default); else one value for each class.</param>
    /// <param name="sparsePredictions">Whether predictions are class numbers (default); else one value for each class.</param>
    /// <param name="axis">The axis of the classes where there is one value for each; default the last.</param>
    /// <exception cref="TfLbfgsException">A class is not among them.</exception>
    public IoU(
        int classCount, IReadOnlyList<int> targetClassIds, long? ignoreClass = null, bool sparseTargets = true,
        bool sparsePredictions = true, int axis = -1)
        : base(classCount, ignoreClass, sparseTargets, sparsePredictions, axis)
    {
        ArgumentNullException.ThrowIfNull(targetClassIds);
        _targets = [.. targetClassIds];
        CheckFields();
    }

    internal IoU() : this(1, [0])
    {
    }

    /// <summary>The classes over which is averaged.</summary>
    public IReadOnlyList<int> TargetClassIds => _targets;

    private protected override IReadOnlyList<int> Targets => _targets;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        DescribeClasses(fields, hasSparseTargets: true);
        fields.Integers("target_class_ids", ref _targets, required: true);
        CheckTargets(fields, _targets, ClassCount);
    }
}
