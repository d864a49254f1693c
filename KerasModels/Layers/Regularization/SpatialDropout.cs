using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>In training, sets whole channels to 0.</summary>
public abstract class SpatialDropout : NoiseLayer
{
    private readonly int _dimensions;
    private DataFormat _dataFormat;

    private protected SpatialDropout(int dimensions) => _dimensions = dimensions;

    private protected SpatialDropout(int dimensions, double rate, DataFormat dataFormat, long? seed, string? name, DTypePolicy? dtype)
        : base(rate, seed, name, dtype)
    {
        _dimensions = dimensions;
        _dataFormat = dataFormat;
        CheckFields();
    }

    /// <summary>The part that is dropped.</summary>
    public double Rate => Amount;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => BatchReshape.CheckRank(this, inputShape, _dimensions + 2, _dimensions + 2);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        // Keras names neither of the two among the arguments of sequences.
        fields.Ignore("noise_shape");
        if (_dimensions > 1)
            fields.DataFormat(ref _dataFormat);
    }

    private protected override Tensor Disturb(Tensor input, SeedGenerator random, CallContext context)
    {
        int channels = _dataFormat == DataFormat.ChannelsLast ? input.Rank - 1 : 1;
        Shape perChannel = Shape.Create([.. Enumerable.Range(0, input.Rank).Select(axis => axis == 0 || axis == channels ? -1L : 1L)]);
        return Drop(input, MaskShape(input, perChannel), random, context);
    }
}
