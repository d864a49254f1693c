namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// Truncated normal of variance 2 / (inputs + outputs); also named after Xavier. Python: <c>tf.keras.initializers.GlorotNormal</c>.
/// </summary>
public sealed class GlorotNormal() : NamedVarianceScaling(1, FanMode.FanAverage, ScalingDistribution.TruncatedNormal);
