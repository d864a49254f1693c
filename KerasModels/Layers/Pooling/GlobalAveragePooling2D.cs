using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The mean of each channel of images, [batch, rows, columns, channels]: to [batch, channels]. Python:
/// <c>tf.keras.layers.GlobalAveragePooling2D</c>.
/// </summary>
[KerasName("GlobalAveragePooling2D", "GlobalAvgPool2D")]
public sealed class GlobalAveragePooling2D : GlobalAveragePooling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="keepDims">Whether the spatial dimensions stay, with size 1. Default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public GlobalAveragePooling2D(DataFormat dataFormat = DataFormat.ChannelsLast, bool keepDims = false, string? name = null,
        DTypePolicy? dtype = null)
        : base(2, dataFormat, keepDims, name, dtype)
    {
    }
}
