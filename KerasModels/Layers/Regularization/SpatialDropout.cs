using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>In training, sets whole channels to 0.</summary>
public abstract class SpatialDropout : Layer
{
    private readonly int _dimensions;
    private double _rate;
    private DataFormat _dataFormat;
    private long? _seed;
    private SeedGenerator? _random;

    private protected SpatialDropout(int dimensions) => _dimensions = dimensions;

    private protected SpatialDropout(int dimensions, double rate, DataFormat dataFormat, long? seed, string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _dimensions = dimensions;
        _rate = rate;
        _dataFormat = dataFormat;
        _seed = seed;
        CheckFields();
    }

    /// <summary>The part that is dropped.</summary>
    public double Rate => _rate;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <summary>The seed of the masks.</summary>
    public long? Seed => _seed;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Training || _rate == 0)
            return input;
        if (_rate == 1)
            return Tf.ZerosLike(input);
        _random ??= AddSeedGenerator(_seed);
        Tensor actual = RawOps.Shape(input, DType.Int64);
        Tensor one = Tensor.Scalar(1L);
        int channels = _dataFormat == DataFormat.ChannelsLast ? input.Rank - 1 : 1;
        Tensor[] dims = [.. Enumerable.Range(0, input.Rank).Select(axis => axis == 0 || axis == channels ? actual[axis] : one)];
        return input * _random.DropoutMask(context, Tf.Stack(dims), _rate, input.DType);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => BatchReshape.CheckRank(this, inputShape, _dimensions + 2, _dimensions + 2);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("rate", ref _rate, minimum: 0, maximum: 1, required: true);
        fields.Seed("seed", ref _seed);
        // Keras names neither of the two among the arguments of sequences.
        fields.Ignore("noise_shape");
        if (_dimensions > 1)
            fields.DataFormat(ref _dataFormat);
    }
}
