using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>One value everywhere. Python: <c>tf.keras.initializers.Constant</c>.</summary>
/// <param name="value">The value; default 0.</param>
public sealed class Constant(double value = 0) : Initializer
{
    private double _value = value;

    /// <summary>The value.</summary>
    public double Value => _value;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random) => Fill(shape, () => Value);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("value", ref _value);
    }
}
