namespace TfLbfgs.Keras.Layers;

/// <summary>Adds zeros around sequences, [batch, steps, channels]. Python: <c>tf.keras.layers.ZeroPadding1D</c>.</summary>
public sealed class ZeroPadding1D : SpatialPadding
{
    /// <summary>Creates a layer.</summary>
    /// <param name="padding">How many steps are added on both sides. Default 1.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative.</exception>
    public ZeroPadding1D(int padding = 1, string? name = null, DTypePolicy? dtype = null) : this((padding, padding), name, dtype)
    {
    }

    /// <summary>Creates a layer.</summary>
    /// <param name="padding">How many steps are added before the first and after the last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative.</exception>
    public ZeroPadding1D((int Before, int After) padding, string? name = null, DTypePolicy? dtype = null)
        : base([padding], DataFormat.ChannelsLast, name, dtype)
    {
    }

    internal ZeroPadding1D() : base(1)
    {
    }
}
