using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The mean of each window of volumes, [batch, planes, rows, columns, channels]. Python: <c>tf.keras.layers.AveragePooling3D</c>.
/// </summary>
[KerasName("AveragePooling3D", "AvgPool3D")]
public sealed class AveragePooling3D : AveragePooling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="poolSize">The size of the window: one number, or one for each dimension. Default 2.</param>
    /// <param name="strides">The steps of the window: one number, or one for each dimension; null (default): the size of the
    /// window.</param>
    /// <param name="padding"><c>valid</c> (default): windows lie within the input; <c>same</c>: the output is as long as the input divided
    /// by the strides, rounded up.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1, or the padding is another one.</exception>
    public AveragePooling3D(
        Extents? poolSize = null, Extents? strides = null, string padding = "valid", DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null, DTypePolicy? dtype = null)
        : base(3, poolSize, strides, padding, dataFormat, name, dtype)
    {
    }
}
