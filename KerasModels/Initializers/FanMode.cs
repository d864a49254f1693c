namespace TfLbfgs.Keras.Initializers;

/// <summary>Which fan the variance of <see cref="VarianceScaling"/> is divided by.</summary>
public enum FanMode
{
    /// <summary>The number of inputs of a unit. Python: <c>fan_in</c>.</summary>
    FanIn,

    /// <summary>The number of outputs. Python: <c>fan_out</c>.</summary>
    FanOut,

    /// <summary>The mean of both. Python: <c>fan_avg</c>.</summary>
    FanAverage,
}
