namespace TfLbfgs.Keras.Layers;

/// <summary>Adds zeros around volumes, [batch, planes, rows, columns, channels]. Python: <c>tf.keras.layers.ZeroPadding3D</c>.</summary>
public sealed class ZeroPadding3D : SpatialPadding
{
    /// <summary>Creates a layer.</summary>
    /// <param name="padding">How many are added on both sides of each dimension: one number, or one for each. Default 1.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative, or there are not 3.</exception>
    public ZeroPadding3D(Extents? padding = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base([.. (padding ?? 1).For(3, "padding").Select(size => (size, size))], dataFormat, name, dtype)
    {
    }

    /// <summary>Creates a layer with other numbers before than after.</summary>
    /// <param name="planes">How many planes are added before the first and after the last.</param>
    /// <param name="rows">How many rows are added before the first and after the last.</param>
    /// <param name="columns">How many columns are added before the first and after the last.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative.</exception>
    public ZeroPadding3D(
        (int Before, int After) planes, (int Before, int After) rows, (int Before, int After) columns,
            DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base([planes, rows, columns], dataFormat, name, dtype)
    {
    }

    internal ZeroPadding3D() : base(3)
    {
    }
}
