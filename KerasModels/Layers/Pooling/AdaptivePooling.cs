using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Divides each spatial dimension into a given number of windows, which may overlap by one element, and makes one element of each. A layer
/// of Keras 3.
/// </summary>
public abstract class AdaptivePooling : Layer
{
    private int[] _outputSize;
    private DataFormat _dataFormat;

    private protected AdaptivePooling(int dimensions) => _outputSize = [.. Enumerable.Repeat(1, dimensions)];

    private protected AdaptivePooling(int dimensions, Extents outputSize, DataFormat dataFormat, string? name, DTypePolicy? dtype)
        : base(name, dtype)
    {
        _outputSize = outputSize.For(dimensions, "outputSize");
        _dataFormat = dataFormat;
        CheckFields();
    }

    /// <summary>The number of windows along each spatial dimension.</summary>
    public IReadOnlyList<int> OutputSize => _outputSize;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <summary>Makes one element of a window along one dimension, which stays with size 1.</summary>
    private protected abstract Tensor Reduce(Tensor window, int axis);

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        int first = _dataFormat == DataFormat.ChannelsLast ? 1 : 2;
        for (int i = 0; i < _outputSize.Length; i++)
            input = Along(input, first + i, _outputSize[i], Reduce);
        return input;
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        BatchReshape.CheckRank(this, inputShape, _outputSize.Length + 2, _outputSize.Length + 2);
        int first = _dataFormat == DataFormat.ChannelsLast ? 1 : 2;
        if (_outputSize.Where((_, i) => inputShape[first + i] < 1).Any())
            throw new TfLbfgsException(
                $"{this}: expected known sizes of the spatial dimensions, which the windows follow from, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integers("output_size", ref _outputSize, count: _outputSize.Length, minimum: 1, required: true);
        fields.DataFormat(ref _dataFormat);
    }

    /// <summary>One element of each of some windows along one dimension of a known size.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="count">The number of windows: i reaches from floor(i * size / count) to ceil((i + 1) * size / count).</param>
    /// <param name="reduce">Makes one element of a window along the dimension, which stays with size 1.</param>
    internal static Tensor Along(Tensor x, int axis, int count, Func<Tensor, int, Tensor> reduce)
    {
        long size = x.Shape[axis];
        Tensor[] parts = new Tensor[count];
        for (int i = 0; i < count; i++)
        {
            TensorIndex[] index = [.. Enumerable.Repeat<TensorIndex>(.., x.Rank)];
            index[axis] = TensorIndex.Slice(i * size / count, (((i + 1) * size) + count - 1) / count);
            parts[i] = reduce(x[index], axis);
        }

        return count == 1 ? parts[0] : Tf.Concat(parts, axis);
    }
}
