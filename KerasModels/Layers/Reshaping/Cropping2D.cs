namespace TfLbfgs.Keras.Layers;

/// <summary>Cuts off the borders of images, [batch, rows, columns, channels]. Python: <c>tf.keras.layers.Cropping2D</c>.</summary>
public sealed class Cropping2D : SpatialCropping
{
    /// <summary>Creates a layer.</summary>
    /// <param name="cropping">How many are cut off on both sides of each dimension: one number, or one for each. Default 1.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative, or there are not 2.</exception>
    public Cropping2D(Extents? cropping = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base([.. (cropping ?? 1).For(2, "cropping").Select(size => (size, size))], dataFormat, name, dtype)
    {
    }

    /// <summary>Creates a layer with other numbers before than after.</summary>
    /// <param name="rows">How many rows are cut off before the first and after the last.</param>
    /// <param name="columns">How many columns are cut off before the first and after the last.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative.</exception>
    public Cropping2D(
        (int Before, int After) rows, (int Before, int After) columns, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
            DTypePolicy? dtype = null)
        : base([rows, columns], dataFormat, name, dtype)
    {
    }

    internal Cropping2D() : base(2)
    {
    }
}
