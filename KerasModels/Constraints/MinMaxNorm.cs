using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Constraints;

/// <summary>Vectors are scaled so that their norm lies between two bounds. Python: <c>tf.keras.constraints.MinMaxNorm</c>.</summary>
[KerasName("MinMaxNorm", "min_max_norm")]
public sealed class MinMaxNorm : Constraint
{
    private double _minimum;
    private double _maximum;
    private double _rate;
    private int[] _axis;

    /// <summary>Creates a constraint.</summary>
    /// <param name="minimum">The smallest norm; default 0.</param>
    /// <param name="maximum">The largest norm; default 1.</param>
    /// <param name="rate">How far towards the bounds a step goes, from 0 to 1; default 1.</param>
    /// <param name="axis">The axes along which a norm is taken; default the first.</param>
    public MinMaxNorm(double minimum = 0, double maximum = 1, double rate = 1, int[]? axis = null)
    {
        _minimum = minimum;
        _maximum = maximum;
        _rate = rate;
        _axis = axis ?? [0];
        CheckFields();
    }

    /// <summary>The smallest norm; default 0.</summary>
    public double Minimum => _minimum;

    /// <summary>The largest norm; default 1.</summary>
    public double Maximum => _maximum;

    /// <summary>How far towards the bounds a step goes, from 0 to 1; default 1.</summary>
    public double Rate => _rate;

    /// <summary>The axes along which a norm is taken; default the first.</summary>
    public IReadOnlyList<int> Axis => _axis;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Tensor norms = Norms(values, _axis);
        Tensor within = RawOps.Maximum(RawOps.Minimum(norms, Tensor.Scalar(_maximum, values.DType)), Tensor.Scalar(_minimum, values.DType));
        Tensor desired = (_rate * within) + ((1 - _rate) * norms);
        return values * (desired / (norms + KerasConfig.Epsilon));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("min_value", ref _minimum);
        fields.Number("max_value", ref _maximum);
        fields.Number("rate", ref _rate, minimum: 0, maximum: 1);
        fields.Axes("axis", ref _axis);
    }
}
