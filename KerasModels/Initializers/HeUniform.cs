namespace TfLbfgs.Keras.Initializers;

/// <summary>Uniform within sqrt(6 / inputs), for ReLU. Python: <c>tf.keras.initializers.HeUniform</c>.</summary>
public sealed class HeUniform() : NamedVarianceScaling(2, FanMode.FanIn, ScalingDistribution.Uniform);
