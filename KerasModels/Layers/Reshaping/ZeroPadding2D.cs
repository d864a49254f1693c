namespace TfLbfgs.Keras.Layers;

/// <summary>Adds zeros around images, [batch, rows, columns, channels]. Python: <c>tf.keras.layers.ZeroPadding2D</c>.</summary>
public sealed class ZeroPadding2D : SpatialPadding
{
    /// <summary>Creates a layer.</summary>
    /// <param name="padding">How many are added on both sides of each dimension: one number, or one for each. Default 1.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative, or there are not 2.</exception>
    public ZeroPadding2D(Extents? padding = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base([.. (padding ?? 1).For(2, "padding").Select(size => (size, size))], dataFormat, name, dtype)
    {
    }

    /// <summary>Creates a layer with other numbers before than after.</summary>
    /// <param name="rows">How many rows are added before the first and after the last.</param>
    /// <param name="columns">How many columns are added before the first and after the last.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative.</exception>
    public ZeroPadding2D(
        (int Before, int After) rows, (int Before, int After) columns, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
            DTypePolicy? dtype = null)
        : base([rows, columns], dataFormat, name, dtype)
    {
    }

    internal ZeroPadding2D() : base(2)
    {
    }
}
