using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The square roots of what another initializer makes: first deviations from first variances.</summary>
[KerasName("SquareRoot", IsStored = false)]
internal sealed class SquareRoot(Initializer squares) : Initializer
{
    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        using Tensor made = squares.Create(shape, DType.Float64);
        return Array.ConvertAll(made.ToDoubles(), Math.Sqrt);
    }
}
