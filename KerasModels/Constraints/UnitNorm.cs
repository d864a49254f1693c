using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Constraints;

/// <summary>Vectors are scaled to the norm 1. Python: <c>tf.keras.constraints.UnitNorm</c>.</summary>
[KerasName("UnitNorm", "unit_norm")]
public sealed class UnitNorm : Constraint
{
    private int[] _axis;

    /// <summary>Creates a constraint.</summary>
    /// <param name="axis">The axes along which a norm is taken; default the first.</param>
    public UnitNorm(int[]? axis = null)
    {
        _axis = axis ?? [0];
        CheckFields();
    }

    /// <summary>The axes along which a norm is taken; default the first.</summary>
    public IReadOnlyList<int> Axis => _axis;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values / (Norms(values, _axis) + KerasConfig.Epsilon);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Axes("axis", ref _axis);
    }
}
