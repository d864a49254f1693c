using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The largest of the inputs, element by element. Python: <c>tf.keras.layers.Maximum</c>.</summary>
public sealed class Maximum : MaskedExtremum
{
    /// <summary>Creates a layer.</summary>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Maximum(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Combine(Tensor total, Tensor next) => Tf.Maximum(total, next);
}
