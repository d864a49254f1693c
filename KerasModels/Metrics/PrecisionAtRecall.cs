using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The best precision of a threshold where the recall is at least what is demanded. Python: <c>tf.keras.metrics.PrecisionAtRecall</c>.
/// </summary>
public sealed class PrecisionAtRecall : SensitivitySpecificityMetric
{
    /// <summary>Creates a metric.</summary>
    /// <param name="recall">The smallest recall, from 0 to 1.</param>
    /// <param name="thresholdCount">How many thresholds between 0 and 1 are tried; default 200.</param>
    /// <param name="classId">The class, in the last axis, that is measured; null (default): all.</param>
    /// <exception cref="TfLbfgsException">A number is not within its bounds.</exception>
    public PrecisionAtRecall(double recall, int thresholdCount = 200, int? classId = null) : base("recall", recall, thresholdCount, classId)
    {
    }

    internal PrecisionAtRecall() : this(0.5)
    {
    }

    /// <summary>The smallest recall.</summary>
    public double SmallestRecall => Demanded;

    private protected override (Tensor Constrained, Tensor Measured) Curves => (Sensitivity, Precision);
}
