using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// Intersection over union of targets with one value for each class, averaged over all classes that occur. Python:
/// <c>tf.keras.metrics.OneHotMeanIoU</c>.
/// </summary>
public sealed class OneHotMeanIoU : IoUMetric
{
    /// <summary>Creates a metric.</summary>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="ignoreClass">Elements with this target do not count; null (default): all do.</param>
    /// <param name="sparsePredictions">Whether predictions are class numbers; default false: one value for each class.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    /// <exception cref="TfLbfgsException">There are no classes.</exception>
    public OneHotMeanIoU(int classCount, long? ignoreClass = null, bool sparsePredictions = false, int axis = -1)
        : base(classCount, ignoreClass, sparseTargets: false, sparsePredictions, axis) => CheckFields();

    internal OneHotMeanIoU() : this(1)
    {
    }

    private protected override IReadOnlyList<int> Targets => [.. Enumerable.Range(0, ClassCount)];

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        DescribeClasses(fields, hasSparseTargets: false);
    }
}
