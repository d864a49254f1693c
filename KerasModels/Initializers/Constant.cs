using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>One value everywhere. Python: <c>tf.keras.initializers.Constant</c>.</summary>
/// <param name="value">The value; default 0.</param>
public sealed class Constant(double value = 0) : Initializer
{
    /// <summary>The value.</summary>
    public double Value { get; } = value;

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random) => Fill(shape, () => Value);

    internal override void WriteConfig(JsonObject config) => config["value"] = Value;
}
