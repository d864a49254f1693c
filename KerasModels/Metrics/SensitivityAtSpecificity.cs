using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The best sensitivity (true positive rate) of a threshold where the specificity (true negative rate) is at least what is demanded.
/// Python: <c>tf.keras.metrics.SensitivityAtSpecificity</c>.
/// </summary>
public sealed class SensitivityAtSpecificity : SensitivitySpecificityMetric
{
    /// <summary>Creates a metric.</summary>
    /// <param name="specificity">The smallest specificity, from 0 to 1.</param>
    /// <param name="thresholdCount">How many thresholds between 0 and 1 are tried; default 200.</param>
    /// <param name="classId">The class, in the last axis, that is measured; null (default): all.</param>
    /// <exception cref="TfLbfgsException">A number is not within its bounds.</exception>
    public SensitivityAtSpecificity(double specificity, int thresholdCount = 200, int? classId = null)
        : base("specificity", specificity, thresholdCount, classId)
    {
    }

    internal SensitivityAtSpecificity() : this(0.5)
    {
    }

    /// <summary>The smallest specificity.</summary>
    public double SmallestSpecificity => Demanded;

    private protected override (Tensor Constrained, Tensor Measured) Curves => (Specificity, Sensitivity);
}
