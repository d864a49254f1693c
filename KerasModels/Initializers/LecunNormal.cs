namespace TfLbfgs.Keras.Initializers;

/// <summary>Truncated normal of variance 1 / inputs, for SELU. Python: <c>tf.keras.initializers.LecunNormal</c>.</summary>
public sealed class LecunNormal() : NamedVarianceScaling(1, FanMode.FanIn, ScalingDistribution.TruncatedNormal);
