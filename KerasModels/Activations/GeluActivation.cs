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
    protected internal override Tensor Compute(Tensor input) => _approximate ? ByTanh(input) : 0.5 * input * RawOps.Erfc(-input * (float)0.7071067811865476);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Flag("approximate", ref _approximate);
    }

    // tf.nn.gelu rounds its constants to float32, for every dtype; so models have been trained with them.
    private static Tensor ByTanh(Tensor x) =>
        0.5 * x * (1.0 + RawOps.Tanh(0.7978845608028654 * (x + ((float)0.044715 * RawOps.Pow(x, Tensor.Scalar(3, x.DType))))));
}
