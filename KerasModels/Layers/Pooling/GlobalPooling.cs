using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Makes one element of all spatial dimensions together, for each channel.</summary>
public abstract class GlobalPooling : Layer
{
    private readonly int _dimensions;
    private DataFormat _dataFormat;
    private bool _keepDims;

    private protected GlobalPooling(int dimensions, DataFormat dataFormat = DataFormat.ChannelsLast, bool keepDims = false,
        string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _dimensions = dimensions;
        _dataFormat = dataFormat;
        _keepDims = keepDims;
    }

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <summary>Whether the spatial dimensions stay, with size 1.</summary>
    public bool KeepDims => _keepDims;

    /// <summary>The spatial dimensions of the input.</summary>
    private protected int[] SpatialAxes => [.. Enumerable.Range(_dataFormat == DataFormat.ChannelsLast ? 1 : 2, _dimensions)];

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => BatchReshape.CheckRank(this, inputShape, _dimensions + 2, _dimensions + 2);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.DataFormat(ref _dataFormat);
        fields.Flag("keepdims", ref _keepDims);
    }
}
