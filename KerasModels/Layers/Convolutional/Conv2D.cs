using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>Convolves images, [batch, rows, columns, channels], with trained filters. Python: <c>tf.keras.layers.Conv2D</c>.</summary>
[KerasName("Conv2D", "Convolution2D")]
public sealed class Conv2D : Convolution
{
    /// <summary>Creates a layer.</summary>
    /// <param name="filters">The number of output channels.</param>
    /// <param name="kernelSize">The size of the window: one number, or one for each dimension.</param>
    /// <param name="strides">The steps of the window: one number, or one for each dimension. Default 1.</param>
    /// <param name="padding"><c>valid</c> (default): windows lie within the input; <c>same</c>: the output is as long as the input divided
    /// by the strides, rounded up.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="dilationRate">The distance of the window's elements: one number, or one for each dimension. Default 1:
    /// neighbours.</param>
    /// <param name="groups">Into how many groups the channels are divided, each with filters of its own. Default 1.</param>
    /// <param name="activation">The activation; null (default): none.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1, or sizes do not fit together.</exception>
    public Conv2D(
        int filters, Extents kernelSize, Extents? strides = null, string padding = "valid", DataFormat dataFormat = DataFormat.ChannelsLast,
            Extents? dilationRate = null,
        int groups = 1, ActivationFunction? activation = null, bool useBias = true, string? name = null, DTypePolicy? dtype = null)
        : base(2, filters, new ConvolutionWindow(kernelSize, strides, padding, dataFormat, dilationRate), groups, activation, useBias, name,
            dtype)
    {
    }

    internal Conv2D() : base(2)
    {
    }
}
