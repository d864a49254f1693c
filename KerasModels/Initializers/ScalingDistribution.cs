namespace TfLbfgs.Keras.Initializers;

/// <summary>The distribution of <see cref="VarianceScaling"/>.</summary>
public enum ScalingDistribution
{
    /// <summary>
    /// Normal, cut at two standard deviations and widened so that the variance is as asked. Python: <c>truncated_normal</c>.
    /// </summary>
    TruncatedNormal,

    /// <summary>Normal. Python: <c>untruncated_normal</c>.</summary>
    UntruncatedNormal,

    /// <summary>Uniform around 0. Python: <c>uniform</c>.</summary>
    Uniform,
}
