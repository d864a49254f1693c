using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The best recall of a threshold where the precision is at least what is demanded. Python: <c>tf.keras.metrics.RecallAtPrecision</c>.
/// </summary>
public sealed class RecallAtPrecision : SensitivitySpecificityMetric
{
    /// <summary>Creates a metric.</summary>
    /// <param name="precision">The smallest precision, from 0 to 1.</param>
    /// <param name="thresholdCount">How many thresholds between 0 and 1 are tried; default 200.</param>
    /// <param name="classId">The class, in the last axis, that is measured; null (default): all.</param>
    /// <exception cref="TfLbfgsException">A number is not within its bounds.</exception>
    public RecallAtPrecision(double precision, int thresholdCount = 200, int? classId = null)
        : base("precision", precision, thresholdCount, classId)
    {
    }

    internal RecallAtPrecision() : this(0.5)
    {
    }

    /// <summary>The smallest precision.</summary>
    public double SmallestPrecision => Demanded;

    private protected override (Tensor Constrained, Tensor Measured) Curves => (Precision, Sensitivity);
}
