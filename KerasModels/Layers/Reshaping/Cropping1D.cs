namespace TfLbfgs.Keras.Layers;

/// <summary>Cuts off the borders of sequences, [batch, steps, channels]. Python: <c>tf.keras.layers.Cropping1D</c>.</summary>
public sealed class Cropping1D : SpatialCropping
{
    /// <summary>Creates a layer.</summary>
    /// <param name="cropping">How many steps are cut off on both sides. Default 1.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative.</exception>
    public Cropping1D(int cropping = 1, string? name = null, DTypePolicy? dtype = null) : this((cropping, cropping), name, dtype)
    {
    }

    /// <summary>Creates a layer.</summary>
    /// <param name="cropping">How many steps are cut off before the first and after the last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative.</exception>
    public Cropping1D((int Before, int After) cropping, string? name = null, DTypePolicy? dtype = null)
        : base([cropping], DataFormat.ChannelsLast, name, dtype)
    {
    }

    internal Cropping1D() : base(1)
    {
    }
}
