using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The largest element of each of a given number of windows of volumes, [batch, planes, rows, columns, channels]. A layer of Keras 3.
/// Python: <c>keras.layers.AdaptiveMaxPooling3D</c>.
/// </summary>
[KerasName("AdaptiveMaxPooling3D", Generation = KerasGeneration.Keras3)]
public sealed class AdaptiveMaxPooling3D : AdaptivePooling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="outputSize">The number of windows: one number, or one for each dimension.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1.</exception>
    public AdaptiveMaxPooling3D(Extents outputSize, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(3, outputSize, dataFormat, name, dtype)
    {
    }

    internal AdaptiveMaxPooling3D() : base(3)
    {
    }

    private protected override Tensor Reduce(Tensor window, int axis) => Tf.ReduceMax(window, axis, keepDims: true);
}
