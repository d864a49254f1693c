using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Joins the inputs along a dimension. Python: <c>tf.keras.layers.Concatenate</c>.</summary>
public sealed class Concatenate : Layer
{
    private int _axis = -1;
    private KerasGeneration _origin = KerasGeneration.Keras3;

    /// <summary>Creates a layer.</summary>
    /// <param name="axis">The dimension, the batch counted; negative from the end. Default -1.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Concatenate(int axis = -1, string? name = null, DTypePolicy? dtype = null) : base(name, dtype) => _axis = axis;

    internal Concatenate()
    {
    }

    /// <summary>The dimension along which the inputs are joined.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        if (inputs.Count == 1)
            return inputs;
        Tensor output = Tf.Concat(inputs, _axis);
        Tensor?[] masks = [.. inputs.Select(context.MaskOf)];
        if (masks.Any(mask => mask is not null))
            context.SetMask(output, MaskOf(inputs, masks));
        return [output];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count == 0 || inputShapes.Any(shape => !shape.HasRank || shape.Rank != inputShapes[0].Rank))
            throw new TfLbfgsException(
                $"{this}: expected inputs with the same number of dimensions, received {Merge.Describe(inputShapes)}.");
        int rank = inputShapes[0].Rank, axis = _axis < 0 ? _axis + rank : _axis;
        if (axis < 0 || axis >= rank)
            throw new TfLbfgsException(
                $"{this}: expected an axis between {-rank} and {rank - 1}, received {_axis} for inputs of {Merge.Describe(inputShapes)}.");
        for (int i = 0; i < rank; i++)
        {
            if (i != axis && inputShapes.Select(shape => shape[i]).Where(size => size >= 0).Distinct().Count() > 1)
                throw new TfLbfgsException(
                    $"{this}: expected inputs of equal sizes in every dimension but {_axis}, received {Merge.Describe(inputShapes)}.");
        }
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        fields.Integer("axis", ref _axis);
    }

    // The masks are joined as the inputs are; over the last dimension Keras 2 wants all, Keras 3 any to count.
    private Tensor MaskOf(IReadOnlyList<Tensor> inputs, Tensor?[] masks)
    {
        Tensor[] parts = [.. inputs.Zip(masks, Part)];
        Tensor joined = Tf.Concat(parts, _axis);
        return _origin == KerasGeneration.Keras2 ? Tf.ReduceAll(joined, -1) : Tf.ReduceAny(joined, -1);
    }

    private Tensor Part(Tensor input, Tensor? mask)
    {
        Tensor all = Tf.Cast(Tf.OnesLike(input), DType.Bool);
        if (mask is null)
            return all;
        if (mask.Rank >= input.Rank)
            return mask;
        Tensor wide = Tf.ExpandDims(mask, -1);
        return _origin == KerasGeneration.Keras2 ? wide : Tf.LogicalAnd(wide, all);
    }
}
