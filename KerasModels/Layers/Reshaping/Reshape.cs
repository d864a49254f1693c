using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Gives each sample another shape with as many elements. Python: <c>tf.keras.layers.Reshape</c>.</summary>
public sealed class Reshape : Layer
{
    private int[] _targetShape = [-1];

    /// <summary>Creates a layer.</summary>
    /// <param name="targetShape">The shape of a sample, without the batch; one size may be -1, which follows from the others.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is negative, or more than one is -1.</exception>
    public Reshape(IReadOnlyList<int> targetShape, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(targetShape);
        _targetShape = [.. targetShape];
        CheckFields();
    }

    internal Reshape()
    {
    }

    /// <summary>The shape of a sample; -1 follows from the others.</summary>
    public IReadOnlyList<int> TargetShape => _targetShape;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        return BatchReshape.To(input, SizesFor(input.Shape));
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        BatchReshape.CheckRank(this, inputShape, 1, null);
        _ = SizesFor(inputShape);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integers("target_shape", ref _targetShape, minimum: -1, required: true);
        if (_targetShape.Count(size => size == -1) > 1)
            throw fields.Fail($"a target_shape with at most one size of -1, received [{string.Join(", ", _targetShape)}]");
    }

    // A size of -1 is made known where the input's are.
    private long[] SizesFor(Shape input)
    {
        long[] sizes = Array.ConvertAll(_targetShape, size => (long)size);
        long elements = input.ToArray().Skip(1).Aggregate(1L, (product, size) => product < 0 || size < 0 ? -1 : product * size);
        if (elements < 0)
            return sizes;
        long known = sizes.Where(size => size >= 0).Aggregate(1L, (product, size) => product * size);
        int open = Array.IndexOf(sizes, -1);
        if (open < 0 ? known != elements : known == 0 || elements % known != 0)
            throw new TfLbfgsException($"{this}: expected samples of as many elements as [{string.Join(", ", _targetShape)}], received "
                + $"{input} with {elements} elements each.");
        if (open >= 0)
            sizes[open] = elements / known;
        return sizes;
    }
}
