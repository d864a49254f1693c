using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Adds zeros before and after the spatial dimensions.</summary>
public abstract class SpatialPadding : SpatialBorders
{
    private protected SpatialPadding(IReadOnlyList<(int Before, int After)> padding, DataFormat dataFormat, string? name,
        DTypePolicy? dtype)
        : base("padding", padding, dataFormat, name, dtype)
    {
    }

    private protected SpatialPadding(int dimensions) : base("padding", dimensions)
    {
    }

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        int[,] paddings = new int[input.Rank, 2];
        for (int i = 0; i < Borders.Count; i++)
            (paddings[FirstAxis + i, 0], paddings[FirstAxis + i, 1]) = Borders[i];
        return Tf.Pad(input, paddings);
    }
}
