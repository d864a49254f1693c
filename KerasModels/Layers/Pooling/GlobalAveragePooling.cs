using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Takes the mean of each channel; of sequences that of the steps which a mask lets count.</summary>
public abstract class GlobalAveragePooling : GlobalPooling
{
    private protected GlobalAveragePooling(int dimensions, DataFormat dataFormat = DataFormat.ChannelsLast, bool keepDims = false,
        string? name = null, DTypePolicy? dtype = null)
        : base(dimensions, dataFormat, keepDims, name, dtype)
    {
    }

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        int[] axes = SpatialAxes;
        if (axes.Length > 1 || context.MaskOf(input) is not { } mask)
            return Tf.ReduceMean(input, axes, KeepDims);
        Tensor counts = Tf.ExpandDims(mask, DataFormat == DataFormat.ChannelsLast ? 2 : 1);
        Tensor kept = Tf.Where(counts, input, Tensor.Scalar(0, input.DType));
        return Tf.ReduceSum(kept, axes, KeepDims) / Tf.ReduceSum(Tf.Cast(counts, input.DType), axes, KeepDims);
    }
}
