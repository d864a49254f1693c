using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The sum of the inputs, element by element. Python: <c>tf.keras.layers.Add</c>.</summary>
public sealed class Add : Merge
{
    /// <summary>Creates a layer.</summary>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Add(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Combine(Tensor total, Tensor next) => Tf.Add(total, next);
}
