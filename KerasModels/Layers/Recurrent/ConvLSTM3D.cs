using TfLbfgs.Keras.Activations;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A convolutional LSTM (Shi et al. 2015) over sequences of volumes, [batch, steps, planes, rows, columns, channels]. Options of the
/// kernels
/// stand at <see cref="ConvLSTMCell"/>: for others than the defaults, <c>new RNN(new ConvLSTMCell(3, ...))</c>. Python:
/// <c>tf.keras.layers.ConvLSTM3D</c>.
/// </summary>
public sealed class ConvLSTM3D : ConvLSTM
{
    /// <summary>Creates a layer.</summary>
    /// <param name="filters">The number of output channels.</param>
    /// <param name="kernelSize">The size of the window: one number, or one for each dimension.</param>
    /// <param name="strides">The steps of the window over the input: one number, or one for each dimension. Default 1.</param>
    /// <param name="padding"><c>valid</c> (default) or <c>same</c>, for the convolution of the input; that of the state is always
    /// <c>same</c>.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="dilationRate">The distance of the window's elements in the input. Default 1: neighbours.</param>
    /// <param name="activation">The activation of candidate and output; null: tanh.</param>
    /// <param name="recurrentActivation">The activation of the gates; null: sigmoid, as in Keras 3. Keras 2 has
    /// <c>hard_sigmoid</c>.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="unitForgetBias">Whether the bias of the forget gate starts at 1; default true.</param>
    /// <param name="returnSequences">Whether the outputs of all steps are returned; default false: that of the last one.</param>
    /// <param name="returnState">Whether the states after the last step are returned behind the output; default false.</param>
    /// <param name="dropout">The part of the inputs that is dropped in training; default 0.</param>
    /// <param name="recurrentDropout">The part of the state that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1, or a part is not from 0 to 1.</exception>
    public ConvLSTM3D(
        int filters, Extents kernelSize, Extents? strides = null, string padding = "valid", DataFormat dataFormat = DataFormat.ChannelsLast,
            Extents? dilationRate = null,
        ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true,
            bool unitForgetBias = true,
        bool returnSequences = false, bool returnState = false, double dropout = 0, double recurrentDropout = 0, long? seed = null,
            string? name = null,
        DTypePolicy? dtype = null)
        : base(
            new ConvLSTMCell(
                3, filters, kernelSize, strides, padding, dataFormat, dilationRate, activation, recurrentActivation, useBias,
                    unitForgetBias, dropout, recurrentDropout, seed,
                "conv_lstm_cell"),
            returnSequences, returnState, name, dtype)
    {
    }

    internal ConvLSTM3D() : base(3)
    {
    }
}
