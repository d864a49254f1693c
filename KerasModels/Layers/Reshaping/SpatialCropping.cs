using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Cuts off the first and last elements of the spatial dimensions.</summary>
public abstract class SpatialCropping : SpatialBorders
{
    private protected SpatialCropping(IReadOnlyList<(int Before, int After)> cropping, DataFormat dataFormat, string? name,
        DTypePolicy? dtype)
        : base("cropping", cropping, dataFormat, name, dtype)
    {
    }

    private protected SpatialCropping(int dimensions) : base("cropping", dimensions)
    {
    }

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        TensorIndex[] index = [.. Enumerable.Repeat<TensorIndex>(.., input.Rank)];
        for (int i = 0; i < Borders.Count; i++)
            index[FirstAxis + i] = Borders[i].Before..^Borders[i].After;
        return input[index];
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        for (int i = 0; i < Borders.Count; i++)
        {
            long size = inputShape[FirstAxis + i], cut = Borders[i].Before + Borders[i].After;
            if (size >= 0 && size <= cut)
                throw new TfLbfgsException($"{this}: expected more than {cut} elements along dimension {FirstAxis + i}, of which that "
                    + $"many are cut off, received {inputShape}.");
        }
    }
}
