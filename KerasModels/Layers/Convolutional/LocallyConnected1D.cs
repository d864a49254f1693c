using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Convolves sequences, [batch, steps, channels], with other filters at each position. A layer of Keras 2. Python:
/// <c>tf.keras.layers.LocallyConnected1D</c>.
/// </summary>
[KerasName("LocallyConnected1D", Generation = KerasGeneration.Keras2)]
public sealed class LocallyConnected1D : LocallyConnected
{
    /// <summary>Creates a layer.</summary>
    /// <param name="filters">The number of output channels.</param>
    /// <param name="kernelSize">The size of the window.</param>
    /// <param name="strides">The steps of the window. Default 1.</param>
    /// <param name="padding"><c>valid</c> (default): windows lie within the input; <c>same</c>, with implementation 2 or 3: the output is
    /// as long as the input divided by the strides.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="implementation">The form of the kernel, 1 (default) to 3; the results are the same.</param>
    /// <param name="activation">The activation; null (default): none.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1, or padding and implementation do not fit.</exception>
    public LocallyConnected1D(
        int filters, Extents kernelSize, Extents? strides = null, string padding = "valid", DataFormat dataFormat = DataFormat.ChannelsLast,
            int implementation = 1,
        ActivationFunction? activation = null, bool useBias = true, string? name = null, DTypePolicy? dtype = null)
        : base(1, filters, new ConvolutionWindow(kernelSize, strides, padding, dataFormat, null), implementation, activation, useBias, name,
            dtype)
    {
    }

    internal LocallyConnected1D() : base(1)
    {
    }
}
