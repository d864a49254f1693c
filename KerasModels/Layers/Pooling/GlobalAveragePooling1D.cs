using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The mean of each channel of sequences, [batch, steps, channels]: to [batch, channels]. Python:
/// <c>tf.keras.layers.GlobalAveragePooling1D</c>.
/// </summary>
[KerasName("GlobalAveragePooling1D", "GlobalAvgPool1D")]
public sealed class GlobalAveragePooling1D : GlobalAveragePooling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="keepDims">Whether the spatial dimensions stay, with size 1. Default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public GlobalAveragePooling1D(DataFormat dataFormat = DataFormat.ChannelsLast, bool keepDims = false, string? name = null,
        DTypePolicy? dtype = null)
        : base(1, dataFormat, keepDims, name, dtype)
    {
    }
}
