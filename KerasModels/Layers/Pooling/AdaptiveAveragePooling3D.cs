using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The mean of each of a given number of windows of volumes, [batch, planes, rows, columns, channels]. A layer of Keras 3. Python:
/// <c>keras.layers.AdaptiveAveragePooling3D</c>.
/// </summary>
[KerasName("AdaptiveAveragePooling3D", Generation = KerasGeneration.Keras3)]
public sealed class AdaptiveAveragePooling3D : AdaptivePooling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="outputSize">The number of windows: one number, or one for each dimension.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1.</exception>
    public AdaptiveAveragePooling3D(Extents outputSize, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(3, outputSize, dataFormat, name, dtype)
    {
    }

    internal AdaptiveAveragePooling3D() : base(3)
    {
    }

    private protected override Tensor Reduce(Tensor window, int axis) => Tf.ReduceMean(window, axis, keepDims: true);
}
