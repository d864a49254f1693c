using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Repeats the elements along the spatial dimensions.</summary>
public abstract class UpSampling : Layer
{
    private int[] _factors;
    private DataFormat _dataFormat;

    private protected UpSampling(int[] factors, DataFormat dataFormat, string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _factors = factors;
        _dataFormat = dataFormat;
    }

    private protected UpSampling(int dimensions) => _factors = [.. Enumerable.Repeat(2, dimensions)];

    /// <summary>How often each element is repeated along each spatial dimension. Python: <c>size</c>.</summary>
    public IReadOnlyList<int> Factors => _factors;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        for (int i = 0; i < _factors.Length; i++)
            input = Tf.Repeat(input, _factors[i], FirstAxis + i);
        return input;
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) =>
        BatchReshape.CheckRank(this, inputShape, _factors.Length + 2, _factors.Length + 2);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        if (_factors.Length == 1)
        {
            fields.Integer("size", ref _factors[0], minimum: 1);
            return;
        }

        fields.Integers("size", ref _factors, count: _factors.Length, minimum: 1);
        fields.DataFormat(ref _dataFormat);
    }

    /// <summary>The first spatial dimension of the input.</summary>
    private protected int FirstAxis => _dataFormat == DataFormat.ChannelsLast ? 1 : 2;
}
