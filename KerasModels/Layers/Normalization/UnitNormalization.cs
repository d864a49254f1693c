using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Scales each sample to length 1 over one dimension or several. Python: <c>tf.keras.layers.UnitNormalization</c>.</summary>
public sealed class UnitNormalization : Layer
{
    private int[] _axes = [-1];
    private KerasGeneration _origin = KerasGeneration.Keras3;

    /// <summary>Creates a layer.</summary>
    /// <param name="axis">The dimension; negative from the end. Default -1.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public UnitNormalization(int axis = -1, string? name = null, DTypePolicy? dtype = null) : this([axis], name, dtype)
    {
    }

    /// <summary>Creates a layer that takes the length over several dimensions together.</summary>
    /// <param name="axes">The dimensions; negative from the end.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public UnitNormalization(IReadOnlyList<int> axes, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(axes);
        _axes = [.. axes];
    }

    internal UnitNormalization()
    {
    }

    /// <summary>The dimensions over which the length is taken.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Keras 2 bounds the square of the length from below, Keras 3 the length.
        double bound = _origin == KerasGeneration.Keras2 ? 1e-12 : 1e-24;
        return input * Tf.Math.Rsqrt(Tf.Maximum(Tf.ReduceSum(Tf.Square(input), _axes, keepDims: true), bound));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        fields.Axes("axis", ref _axes);
    }
}
