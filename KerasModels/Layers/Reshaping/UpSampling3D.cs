namespace TfLbfgs.Keras.Layers;

/// <summary>Repeats the elements of volumes along their three dimensions. Python: <c>tf.keras.layers.UpSampling3D</c>.</summary>
public sealed class UpSampling3D : UpSampling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="size">How often each element is repeated: one number, or one for each dimension. Default 2.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1.</exception>
    public UpSampling3D(Extents? size = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base((size ?? 2).For(3, "size"), dataFormat, name, dtype) => CheckFields();
}
