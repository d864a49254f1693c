using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>All ones. Python: <c>tf.keras.initializers.Ones</c>.</summary>
[KerasName("Ones", "one")]
public sealed class Ones : Initializer
{
    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random) => Fill(shape, () => 1);
}
