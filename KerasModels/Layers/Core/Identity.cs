using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Passes its input on. Python: <c>tf.keras.layers.Identity</c>.</summary>
public sealed class Identity : Layer
{
    /// <summary>Creates a layer.</summary>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Identity(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context) => input;
}
