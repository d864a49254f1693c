using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Repeats each sample: from [batch, features] to [batch, n, features]. Python: <c>tf.keras.layers.RepeatVector</c>.</summary>
public sealed class RepeatVector : Layer
{
    private int _count = 1;

    /// <summary>Creates a layer.</summary>
    /// <param name="count">How often, at least 1. Python: <c>n</c>.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The count is below 1.</exception>
    public RepeatVector(int count, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _count = count;
        CheckFields();
    }

    internal RepeatVector()
    {
    }

    /// <summary>How often each sample is repeated.</summary>
    public int Count => _count;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context) => Tf.Tile(Tf.ExpandDims(input, 1), 1, _count, 1);

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => BatchReshape.CheckRank(this, inputShape, 2, 2);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Integer("n", ref _count, minimum: 1, required: true);
    }
}
