using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>Intersection over union, averaged over all classes that occur. Python: <c>tf.keras.metrics.MeanIoU</c>.</summary>
public sealed class MeanIoU : IoUMetric
{
    /// <summary>Creates a metric.</summary>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="ignoreClass">Elements with this target do not count; null (default): all do.</param>
    /// <param name="sparseTargets">Whether targets are class numbers (default); else one value for each class.</param>
    /// <param name="sparsePredictions">Whether predictions are class numbers (default); else one value for each class.</param>
    /// <param name="axis">The axis of the classes where there is one value for each; default the last.</param>
    /// <exception cref="TfLbfgsException">There are no classes.</exception>
    public MeanIoU(int classCount, long? ignoreClass = null, bool sparseTargets = true, bool sparsePredictions = true, int axis = -1)
        : base(classCount, ignoreClass, sparseTargets, sparsePredictions, axis) => CheckFields();

    internal MeanIoU() : this(1)
    {
    }

    private protected override IReadOnlyList<int> Targets => [.. Enumerable.Range(0, ClassCount)];

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        DescribeClasses(fields, hasSparseTargets: true);
    }
}
