using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Takes the mean of each window; what lies outside the input does not count.</summary>
public abstract class AveragePooling : WindowPooling
{
    private protected AveragePooling(int dimensions) : base(dimensions)
    {
    }

    private protected AveragePooling(int dimensions, Extents? poolSize, Extents? strides, string padding, DataFormat dataFormat,
        string? name, DTypePolicy? dtype)
        : base(dimensions, poolSize, strides, padding, dataFormat, name, dtype)
    {
    }

    private protected sealed override Tensor Pool2D(Tensor input, int[] sizes, int[] strides, string padding) =>
        Tf.NN.AvgPool2D(input, sizes, strides, padding);

    private protected sealed override Tensor Pool3D(Tensor input, int[] sizes, int[] strides, string padding) =>
        Tf.NN.AvgPool3D(input, sizes, strides, padding);
}
