using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Combines several tensors element by element. Inputs of fewer dimensions get dimensions of size 1 after the batch; dimensions of size 1
/// broadcast. Derive from it and override
/// <see cref="Combine(Tensor, Tensor)"/>. Python: the base class of <c>tf.keras.layers.Add</c> and its like.
/// </summary>
public abstract class Merge : Layer
{
    private KerasGeneration _origin = KerasGeneration.Keras3;

    /// <summary>Starts a layer.</summary>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    protected Merge(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <summary>The generation of Keras whose rules for masks hold.</summary>
    private protected KerasGeneration Origin => _origin;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <summary>Combines what came so far with the next input.</summary>
    /// <param name="total">The combination of the inputs before.</param>
    /// <param name="next">The next input, of as many dimensions.</param>
    /// <returns>The combination.</returns>
    protected abstract Tensor Combine(Tensor total, Tensor next);

    /// <summary>Finishes the combination of all inputs; by default it stays as it is.</summary>
    /// <param name="total">The combination.</param>
    /// <param name="count">The number of inputs.</param>
    /// <returns>The output.</returns>
    protected virtual Tensor Finish(Tensor total, int count) => total;

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        int rank = inputs.Max(input => input.Rank);
        Tensor[] aligned = [.. inputs.Select(input => Align(input, rank))];
        Tensor?[] masks = [.. inputs.Select(context.MaskOf)];
        Tensor output = Finish(CombineAll(aligned, masks), inputs.Count);
        // One input alone may be the output: its mask is its own already.
        if (!inputs.Contains(output))
            context.SetMask(output, MaskOf(masks));
        return [output];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count == 0 || inputShapes.Any(shape => !shape.HasRank || shape.Rank == 0))
            throw new TfLbfgsException(
                $"{this}: expected at least one input, each of known dimensions with the batch first, received {Describe(inputShapes)}.");
        int rank = inputShapes.Max(shape => shape.Rank);
        for (int axis = 0; axis < rank; axis++)
        {
            long[] sizes =
                [.. inputShapes.Select(shape => SizeAt(shape, axis, rank)).Where(size => size >= 0 && (size != 1 || axis == 0)).Distinct()];
            if (sizes.Length > 1)
                throw new TfLbfgsException(
                    $"{this}: expected inputs whose sizes are equal or 1 in each dimension, received {Describe(inputShapes)}.");
        }
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
    }

    /// <summary>Combines the aligned inputs; <see cref="Maximum"/> and its like leave out what masks exclude.</summary>
    private protected virtual Tensor CombineAll(Tensor[] inputs, Tensor?[] masks) => inputs.Aggregate(Combine);

    /// <summary>
    /// The mask of the output. Keras 2 wants all inputs that have a mask to count; Keras 3 wants one of them to, and no mask where an input
    /// has none.
    /// </summary>
    private protected Tensor? MaskOf(Tensor?[] masks)
    {
        Tensor[] given = [.. masks.OfType<Tensor>()];
        if (given.Length == 0 || (_origin == KerasGeneration.Keras3 && given.Length < masks.Length))
            return null;
        return given.Aggregate(_origin == KerasGeneration.Keras2 ? Tf.LogicalAnd : Tf.LogicalOr);
    }

    internal static string Describe(IReadOnlyList<Shape> shapes) => shapes.Count == 0 ? "none" : string.Join(" and ", shapes);

    private static Tensor Align(Tensor input, int rank)
    {
        for (int missing = rank - input.Rank; missing > 0; missing--)
            input = Tf.ExpandDims(input, 1);
        return input;
    }

    private static long SizeAt(Shape shape, int axis, int rank)
    {
        if (axis == 0)
            return shape[0];
        int own = axis - (rank - shape.Rank);
        return own >= 1 ? shape[own] : 1;
    }
}
