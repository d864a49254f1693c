using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Constraints;

/// <summary>Negative values become 0. Python: <c>tf.keras.constraints.NonNeg</c>.</summary>
[KerasName("NonNeg", "non_neg")]
public sealed class NonNeg : Constraint
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values * RawOps.Cast(values >= 0, values.DType);
    }
}
