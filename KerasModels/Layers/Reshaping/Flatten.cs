using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Makes one dimension of all but the batch: from [batch, ...] to [batch, elements]. Python: <c>tf.keras.layers.Flatten</c>.
/// </summary>
public sealed class Flatten : Layer
{
    private DataFormat _dataFormat;

    /// <summary>Creates a layer.</summary>
    /// <param name="dataFormat">Where the channels stand; with channels first they are moved last before. Default: last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Flatten(DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype) => _dataFormat = dataFormat;

    internal Flatten()
    {
    }

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_dataFormat == DataFormat.ChannelsFirst && input.Rank > 2)
            input = Tf.Transpose(input, [0, .. Enumerable.Range(2, input.Rank - 2), 1]);
        long size = 1;
        for (int axis = 1; axis < input.Rank; axis++)
            size = size < 0 || input.Shape[axis] < 0 ? -1 : size * input.Shape[axis];
        return BatchReshape.To(input, [size]);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => BatchReshape.CheckRank(this, inputShape, 1, null);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.DataFormat(ref _dataFormat);
    }
}
