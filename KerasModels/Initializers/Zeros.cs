using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>All zeros. Python: <c>tf.keras.initializers.Zeros</c>.</summary>
[KerasName("Zeros", "zero")]
public sealed class Zeros : Initializer
{
    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random) => Fill(shape, () => 0);
}
