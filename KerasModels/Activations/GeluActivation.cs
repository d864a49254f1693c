using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x times the normal distribution function at x. Python: <c>tf.keras.activations.gelu</c>.</summary>
/// <param name="approximate">Whether an approximation by tanh is used; default false.</param>
[KerasName("gelu")]
public sealed class GeluActivation(bool approximate = false) : ActivationFunction
{
    private bool _approximate = approximate;

    /// <summary>Whether an approximation by tanh is used; default false.</summary>
    public bool Approximate => _approximate;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => Tf.NN.Gelu(input, _approximate);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Flag("approximate", ref _approximate);
    }
}
