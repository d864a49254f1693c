namespace TfLbfgs.Keras.Initializers;

/// <summary>Truncated normal of variance 2 / inputs, for ReLU. Python: <c>tf.keras.initializers.HeNormal</c>.</summary>
public sealed class HeNormal() : NamedVarianceScaling(2, FanMode.FanIn, ScalingDistribution.TruncatedNormal);
