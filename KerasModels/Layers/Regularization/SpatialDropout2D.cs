namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, sets whole channels of an input [batch, rows, columns, channels] to 0 and scales the others up; otherwise passes its input
/// on. Python: <c>tf.keras.layers.SpatialDropout2D</c>.
/// </summary>
public sealed class SpatialDropout2D : SpatialDropout
{
    /// <summary>Creates a layer.</summary>
    /// <param name="rate">The part that is dropped, from 0 to 1.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="seed">The seed of the masks; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The rate is not from 0 to 1.</exception>
    public SpatialDropout2D(double rate, DataFormat dataFormat = DataFormat.ChannelsLast, long? seed = null, string? name = null,
        DTypePolicy? dtype = null)
        : base(2, rate, dataFormat, seed, name, dtype)
    {
    }

    internal SpatialDropout2D() : base(2)
    {
    }
}
