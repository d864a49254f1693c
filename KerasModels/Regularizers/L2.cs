using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Regularizers;

/// <summary>l2 · Σx². Python: <c>tf.keras.regularizers.L2</c>.</summary>
/// <param name="l2">The factor, finite and not negative; default 0.01.</param>
public sealed class L2(double l2 = 0.01) : L1L2(0, l2)
{
    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        DescribeOrigin(fields);
        DescribeSquare(fields);
    }
}
