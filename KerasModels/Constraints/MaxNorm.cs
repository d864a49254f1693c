using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Constraints;

/// <summary>Vectors whose norm is above a maximum are scaled down to it. Python: <c>tf.keras.constraints.MaxNorm</c>.</summary>
[KerasName("MaxNorm", "max_norm")]
public sealed class MaxNorm : Constraint
{
    private double _maximum;
    private int[] _axis;

    /// <summary>Creates a constraint.</summary>
    /// <param name="maximum">The largest norm; default 2.</param>
    /// <param name="axis">The axes along which a norm is taken; default the first.</param>
    public MaxNorm(double maximum = 2, int[]? axis = null)
    {
        _maximum = maximum;
        _axis = axis ?? [0];
        CheckFields();
    }

    /// <summary>The largest norm; default 2.</summary>
    public double Maximum => _maximum;

    /// <summary>The axes along which a norm is taken; default the first.</summary>
    public IReadOnlyList<int> Axis => _axis;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Tensor norms = Norms(values, _axis);
        Tensor desired = RawOps.Maximum(RawOps.Minimum(norms, Tensor.Scalar(_maximum, values.DType)), Tensor.Scalar(0, values.DType));
        return values * (desired / (norms + KerasConfig.Epsilon));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("max_value", ref _maximum);
        fields.Axes("axis", ref _axis);
    }
}
