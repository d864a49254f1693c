using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The best specificity (true negative rate) of a threshold where the sensitivity (true positive rate) is at least what is demanded.
/// Python: <c>tf.keras.metrics.SpecificityAtSensitivity</c>.
/// </summary>
public sealed class SpecificityAtSensitivity : SensitivitySpecificityMetric
{
    /// <summary>Creates a metric.</summary>
    /// <param name="sensitivity">The smallest sensitivity, from 0 to 1.</param>
    /// <param name="thresholdCount">How many thresholds between 0 and 1 are tried; default 200.</param>
    /// <param name="classId">The class, in the last axis, that is measured; null (default): all.</param>
    /// <exception cref="TfLbfgsException">A number is not within its bounds.</exception>
    public SpecificityAtSensitivity(double sensitivity, int thresholdCount = 200, int? classId = null)
        : base("sensitivity", sensitivity, thresholdCount, classId)
    {
    }

    internal SpecificityAtSensitivity() : this(0.5)
    {
    }

    /// <summary>The smallest sensitivity.</summary>
    public double SmallestSensitivity => Demanded;

    private protected override (Tensor Constrained, Tensor Measured) Curves => (Sensitivity, Specificity);
}
