using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Initializers;

/// <summary>A <see cref="VarianceScaling"/> with a name of its own in Keras, which stands for scale, mode and distribution.</summary>
public abstract class NamedVarianceScaling : VarianceScaling
{
    private protected NamedVarianceScaling(double scale, FanMode mode, ScalingDistribution distribution) : base(scale, mode, distribution)
    {
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields) => DescribeSeed(fields);
}
