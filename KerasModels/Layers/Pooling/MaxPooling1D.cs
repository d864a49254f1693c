using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The largest element of each window of sequences, [batch, steps, channels]. Python: <c>tf.keras.layers.MaxPooling1D</c>.
/// </summary>
[KerasName("MaxPooling1D", "MaxPool1D")]
public sealed class MaxPooling1D : MaxPooling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="poolSize">The size of the window. Default 2.</param>
    /// <param name="strides">The steps of the window; null (default): the size of the window.</param>
    /// <param name="padding"><c>valid</c> (default): windows lie within the input; <c>same</c>: the output is as long as the input divided
    /// by the strides, rounded up.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1, or the padding is another one.</exception>
    public MaxPooling1D(
        Extents? poolSize = null, Extents? strides = null, string padding = "valid", DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null, DTypePolicy? dtype = null)
        : base(1, poolSize, strides, padding, dataFormat, name, dtype)
    {
    }
}
