namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// Uniform within sqrt(6 / (inputs + outputs)), the default of kernels; also named after Xavier. Python:
/// <c>tf.keras.initializers.GlorotUniform</c>.
/// </summary>
public sealed class GlorotUniform() : NamedVarianceScaling(1, FanMode.FanAverage, ScalingDistribution.Uniform);
