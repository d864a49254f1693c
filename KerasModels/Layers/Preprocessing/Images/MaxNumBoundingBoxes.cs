using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Gives each image the same number of boxes: those too many are left out, and those that lack are filled. Inputs: images alone, or images,
/// boxes [batch, boxes, 4] and labels [batch, boxes], which are the outputs too. Python: <c>keras.layers.MaxNumBoundingBoxes</c>, which
/// takes them in a dictionary.
/// </summary>
[KerasName("MaxNumBoundingBoxes", Generation = KerasGeneration.Keras3)]
public sealed class MaxNumBoundingBoxes : ImageLayer
{
    private int _maxNumber = 1;
    private int _fillValue = -1;

    /// <summary>Creates a layer.</summary>
    /// <param name="maxNumber">The number of boxes of each image, at least 1.</param>
    /// <param name="fillValue">What boxes and labels that lack are filled with; default -1. Files do not hold it, as in Keras.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is below 1.</exception>
    public MaxNumBoundingBoxes(
        int maxNumber, int fillValue = -1, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(dataFormat, name, dtype)
    {
        _maxNumber = maxNumber;
        _fillValue = fillValue;
        CheckFields();
    }

    internal MaxNumBoundingBoxes()
    {
    }

    /// <summary>The number of boxes of each image.</summary>
    public int MaxNumber => _maxNumber;

    /// <summary>What boxes and labels that lack are filled with.</summary>
    public int FillValue => _fillValue;

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor images, CallContext context) => images;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Count == 1 ? base.Call(inputs, context) : [.. base.Call([inputs[0]], context), Fit(inputs[1]), Fit(inputs[2])];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        base.CheckInputShapes(inputShapes);
        bool areBoxes = inputShapes.Count == 3 && inputShapes[1] is { HasRank: true, Rank: 3 } boxes && boxes[2] is 4 or -1
            && inputShapes[2] is { HasRank: true, Rank: 2 };
        if (inputShapes.Count != 1 && !areBoxes)
        {
            throw new TfLbfgsException(
                $"{this}: expected images, or images, boxes [batch, boxes, 4] and labels [batch, boxes], received "
                + $"{string.Join(", ", inputShapes)}.");
        }
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("max_number", ref _maxNumber, minimum: 1, required: true);
    }

    /// <summary>The first elements of the second dimension, filled up to the number.</summary>
    private Tensor Fit(Tensor values)
    {
        Tensor kept = values[.., .._maxNumber];
        Tensor lacking = _maxNumber - RawOps.Shape(kept)[1], zero = Tensor.Scalar(0);
        Tensor[] paddings = [.. Enumerable.Range(0, values.Rank).Select(axis => RawOps.Pack([zero, axis == 1 ? lacking : zero]))];
        Tensor result = RawOps.PadV2(kept, RawOps.Pack(paddings), Tensor.Scalar((double)_fillValue, values.DType));
        result.RefineShape([values.Shape[0], _maxNumber, .. values.Shape.ToArray()[2..]]);
        return result;
    }
}
