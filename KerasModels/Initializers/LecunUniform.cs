namespace TfLbfgs.Keras.Initializers;

/// <summary>Uniform within sqrt(3 / inputs), for SELU. Python: <c>tf.keras.initializers.LecunUniform</c>.</summary>
public sealed class LecunUniform() : NamedVarianceScaling(1, FanMode.FanIn, ScalingDistribution.Uniform);
