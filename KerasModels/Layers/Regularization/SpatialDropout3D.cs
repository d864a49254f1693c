namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, sets whole channels of an input [batch, planes, rows, columns, channels] to 0 and scales the others up; otherwise passes
/// its input on. Python: <c>tf.keras.layers.SpatialDropout3D</c>.
/// </summary>
public sealed class SpatialDropout3D : SpatialDropout
{
    /// <summary>Creates a layer.</summary>
    /// <param name="rate">The part that is dropped, from 0 to 1.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="seed">The seed of the masks; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The rate is not from 0 to 1.</exception>
    public SpatialDropout3D(double rate, DataFormat dataFormat = DataFormat.ChannelsLast, long? seed = null, string? name = null,
        DTypePolicy? dtype = null)
        : base(3, rate, dataFormat, seed, name, dtype)
    {
    }

    internal SpatialDropout3D() : base(3)
    {
    }
}
