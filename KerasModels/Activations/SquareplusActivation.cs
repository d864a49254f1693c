using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>(x + sqrt(x² + b)) / 2. Python: <c>tf.keras.activations.squareplus</c>.</summary>
/// <param name="smoothness">The term b; default 4.</param>
[KerasName("squareplus", Generation = KerasGeneration.Keras3)]
public sealed class SquareplusActivation(double smoothness = 4) : ActivationFunction
{
    private double _smoothness = smoothness;

    /// <summary>The term b; default 4.</summary>
    public double Smoothness => _smoothness;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => (input + RawOps.Sqrt(RawOps.Square(input) + _smoothness)) / 2;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("b", ref _smoothness);
    }
}
