using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The first bias of an LSTM: ones for the forget gate, the second of four; what another initializer makes for the others (Jozefowicz et
/// al. 2015).
/// </summary>
[KerasName("ForgetBias", IsStored = false)]
internal sealed class ForgetBias(Initializer others, int units) : Initializer
{
    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        using Tensor made = others.Create(shape, DType.Float64);
        double[] values = made.ToDoubles();
        Array.Fill(values, 1, units, units);
        return values;
    }
}
