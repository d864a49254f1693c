using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>A layer around another one, whose variables are those of both. Derive from it and call <see cref="Layer"/>. Python:
/// <c>tf.keras.layers.Wrapper</c>.</summary>
public abstract class Wrapper : Layer
{
    private Layer _layer;

    /// <summary>Starts a layer.</summary>
    /// <param name="layer">The layer within; owned by this one.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    protected Wrapper(Layer layer, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(layer);
        _layer = layer;
    }

    /// <summary>Starts a layer whose configuration, which is read next, names the layer within.</summary>
    protected Wrapper() => _layer = new Identity();

    /// <summary>The layer within.</summary>
    public Layer Layer => _layer;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Component("layer", ref _layer, required: true);
    }
}
