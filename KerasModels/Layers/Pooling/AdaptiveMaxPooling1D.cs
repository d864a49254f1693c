using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The largest element of each of a given number of windows of sequences, [batch, steps, channels]. A layer of Keras 3. Python:
/// <c>keras.layers.AdaptiveMaxPooling1D</c>.
/// </summary>
[KerasName("AdaptiveMaxPooling1D", Generation = KerasGeneration.Keras3)]
public sealed class AdaptiveMaxPooling1D : AdaptivePooling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="outputSize">The number of windows.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1.</exception>
    public AdaptiveMaxPooling1D(Extents outputSize, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(1, outputSize, dataFormat, name, dtype)
    {
    }

    internal AdaptiveMaxPooling1D() : base(1)
    {
    }

    private protected override Tensor Reduce(Tensor window, int axis) => Tf.ReduceMax(window, axis, keepDims: true);
}
