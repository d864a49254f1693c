using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>l1 · Σ|x|. Python: <c>tf.keras.regularizers.L1</c>.</summary>
/// <param name="l1">The factor, finite and not negative; default 0.01.</param>
public sealed class L1(double l1 = 0.01) : L1L2(l1, 0)
{
    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        DescribeOrigin(fields);
        DescribeAbsolute(fields);
    }
}
