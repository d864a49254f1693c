using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The mean of each of a given number of windows of sequences, [batch, steps, channels]. A layer of Keras 3. Python:
/// <c>keras.layers.AdaptiveAveragePooling1D</c>.
/// </summary>
[KerasName("AdaptiveAveragePooling1D", Generation = KerasGeneration.Keras3)]
public sealed class AdaptiveAveragePooling1D : AdaptivePooling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="outputSize">The number of windows.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1.</exception>
    public AdaptiveAveragePooling1D(Extents outputSize, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(1, outputSize, dataFormat, name, dtype)
    {
    }

    internal AdaptiveAveragePooling1D() : base(1)
    {
    }

    private protected override Tensor Reduce(Tensor window, int axis) => Tf.ReduceMean(window, axis, keepDims: true);
}
