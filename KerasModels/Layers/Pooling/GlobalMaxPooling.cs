using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Takes the largest element of each channel.</summary>
public abstract class GlobalMaxPooling : GlobalPooling
{
    private protected GlobalMaxPooling(int dimensions, DataFormat dataFormat = DataFormat.ChannelsLast, bool keepDims = false,
        string? name = null, DTypePolicy? dtype = null)
        : base(dimensions, dataFormat, keepDims, name, dtype)
    {
    }

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context) => Tf.ReduceMax(input, SpatialAxes, KeepDims);
}
