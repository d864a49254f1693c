using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Puts the dimensions of each sample into another order. Python: <c>tf.keras.layers.Permute</c>.</summary>
public sealed class Permute : Layer
{
    private int[] _dims = [1];

    /// <summary>Creates a layer.</summary>
    /// <param name="dims">For each dimension of the output the one of the input, counted from 1 without the batch.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The numbers are not 1, 2, ... in some order.</exception>
    public Permute(IReadOnlyList<int> dims, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(dims);
        _dims = [.. dims];
        CheckFields();
    }

    internal Permute()
    {
    }

    /// <summary>For each dimension of the output the one of the input, counted from 1.</summary>
    public IReadOnlyList<int> Dims => _dims;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context) => Tf.Transpose(input, [0, .. _dims]);

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) =>
        BatchReshape.CheckRank(this, inputShape, _dims.Length + 1, _dims.Length + 1);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integers("dims", ref _dims, minimum: 1, required: true);
        if (!_dims.Order().SequenceEqual(Enumerable.Range(1, _dims.Length)))
            throw fields.Fail($"dims that are 1 to {_dims.Length} in some order, received [{string.Join(", ", _dims)}]");
    }
}
