using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>Where the channels of images, volumes and sequences stand. Python: the argument <c>data_format</c>.</summary>
public enum DataFormat
{
    /// <summary>Last: [batch, ..., channels].</summary>
    ChannelsLast,

    /// <summary>Second: [batch, channels, ...].</summary>
    ChannelsFirst,
}

/// <summary>The one declaration of a data format as a field of a layer.</summary>
internal static class DataFormatField
{
    public static void DataFormat(this ConfigFields fields, ref DataFormat value) =>
        fields.Choice("data_format", ref value, ("channels_last", Layers.DataFormat.ChannelsLast),
            ("channels_first", Layers.DataFormat.ChannelsFirst));
}
