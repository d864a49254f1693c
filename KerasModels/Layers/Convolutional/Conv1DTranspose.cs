using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The transpose of a convolution of sequences, [batch, steps, channels]: it enlarges them by the strides. Python:
/// <c>tf.keras.layers.Conv1DTranspose</c>.
/// </summary>
[KerasName("Conv1DTranspose", "Convolution1DTranspose")]
public sealed class Conv1DTranspose : TransposedConvolution
{
    /// <summary>Creates a layer.</summary>
    /// <param name="filters">The number of output channels.</param>
    /// <param name="kernelSize">The size of the window.</param>
    /// <param name="strides">The steps of the window. Default 1.</param>
    /// <param name="padding"><c>valid</c> (default): the windows of all elements lie within the output; <c>same</c>: the output is as long
    /// as the input times the strides.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="dilationRate">The distance of the window's elements. Default 1: neighbours.</param>
    /// <param name="outputPadding">How many elements are added to the output along each dimension; null (default): as many as belong to the
    /// padding.</param>
    /// <param name="activation">The activation; null (default): none.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1, or sizes do not fit together.</exception>
    public Conv1DTranspose(
        int filters, Extents kernelSize, Extents? strides = null, string padding = "valid", DataFormat dataFormat = DataFormat.ChannelsLast,
            Extents? dilationRate = null,
        Extents? outputPadding = null, ActivationFunction? activation = null, bool useBias = true, string? name = null,
            DTypePolicy? dtype = null)
        : base(1, filters, new ConvolutionWindow(kernelSize, strides, padding, dataFormat, dilationRate), outputPadding, activation,
            useBias, name, dtype)
    {
    }

    internal Conv1DTranspose() : base(1)
    {
    }
}
