using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Takes the largest element of each window.</summary>
public abstract class MaxPooling : WindowPooling
{
    private protected MaxPooling(int dimensions) : base(dimensions)
    {
    }

    private protected MaxPooling(int dimensions, Extents? poolSize, Extents? strides, string padding, DataFormat dataFormat, string? name,
        DTypePolicy? dtype)
        : base(dimensions, poolSize, strides, padding, dataFormat, name, dtype)
    {
    }

    private protected sealed override Tensor Pool2D(Tensor input, int[] sizes, int[] strides, string padding) =>
        Tf.NN.MaxPool2D(input, sizes, strides, padding);

    private protected sealed override Tensor Pool3D(Tensor input, int[] sizes, int[] strides, string padding) =>
        Tf.NN.MaxPool3D(input, sizes, strides, padding);
}
