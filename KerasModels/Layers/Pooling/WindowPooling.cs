using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Makes one element of each window that moves over one to three spatial dimensions.</summary>
public abstract class WindowPooling : Layer
{
    private int[] _poolSize;
    private int[]? _strides;
    private string _padding = "valid";
    private DataFormat _dataFormat;

    private protected WindowPooling(int dimensions) => _poolSize = [.. Enumerable.Repeat(2, dimensions)];

    private protected WindowPooling(int dimensions, Extents? poolSize, Extents? strides, string padding, DataFormat dataFormat,
        string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _poolSize = (poolSize ?? 2).For(dimensions, "poolSize");
        _strides = strides?.For(dimensions, "strides");
        _padding = padding;
        _dataFormat = dataFormat;
        CheckFields();
    }

    /// <summary>The size of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> PoolSize => _poolSize;

    /// <summary>The steps of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> Strides => _strides ?? _poolSize;

    /// <summary>How borders are treated: <c>valid</c> or <c>same</c>.</summary>
    public string Padding => _padding;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    private int Dimensions => _poolSize.Length;

    /// <summary>Pools images, [batch, rows, columns, channels].</summary>
    private protected abstract Tensor Pool2D(Tensor input, int[] sizes, int[] strides, string padding);

    /// <summary>Pools volumes, [batch, planes, rows, columns, channels], in a dtype other than float64.</summary>
    private protected abstract Tensor Pool3D(Tensor input, int[] sizes, int[] strides, string padding);

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        bool isFirst = _dataFormat == DataFormat.ChannelsFirst;
        Tensor x = isFirst ? Tf.Transpose(input, [0, .. Enumerable.Range(2, Dimensions), 1]) : input;
        string padding = _padding == "same" ? "SAME" : "VALID";
        int[] strides = [.. Strides];
        Tensor output = Dimensions switch
        {
            1 => Tf.Squeeze(Pool2D(Tf.ExpandDims(x, 2), [_poolSize[0], 1], [strides[0], 1], padding), 2),
            2 => Pool2D(x, _poolSize, strides, padding),
            // TensorFlow has no kernel for volumes of float64: windows are products, so rows and columns are pooled first, then planes.
            _ when x.DType == DType.Float64 => Planes(RowsAndColumns(x, strides, padding), strides[0], padding),
            _ => Pool3D(x, _poolSize, strides, padding),
        };
        return isFirst ? Tf.Transpose(output, [0, Dimensions + 1, .. Enumerable.Range(1, Dimensions)]) : output;
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        BatchReshape.CheckRank(this, inputShape, Dimensions + 2, Dimensions + 2);
        int first = _dataFormat == DataFormat.ChannelsLast ? 1 : 2;
        for (int i = 0; i < Dimensions; i++)
        {
            if (_padding == "valid" && inputShape[first + i] >= 0 && inputShape[first + i] < _poolSize[i])
                throw new TfLbfgsException($"{this}: expected an input of at least the size of the window, "
                    + $"[{string.Join(", ", _poolSize)}], received {inputShape}.");
        }
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integers("pool_size", ref _poolSize, count: Dimensions, minimum: 1, alias: Dimensions == 1 ? "pool_length" : null);
        int[]? strides = fields.IsReading ? _strides : [.. Strides];
        fields.OptionalIntegers("strides", ref strides, count: Dimensions, minimum: 1, alias: Dimensions == 1 ? "stride" : null);
        _strides = strides;
        fields.Choice("padding", ref _padding, "valid", "same");
        fields.DataFormat(ref _dataFormat);
    }

    private Tensor RowsAndColumns(Tensor x, int[] strides, string padding)
    {
        Tensor shape = RawOps.Shape(x, DType.Int64);
        Tensor images = Tf.Reshape(x, Tf.Concat([Tensor.From<long>([-1]), shape[2..]], 0));
        Tensor pooled = Pool2D(images, _poolSize[1..], strides[1..], padding);
        return Tf.Reshape(pooled, Tf.Concat([shape[..2], RawOps.Shape(pooled, DType.Int64)[1..]], 0));
    }

    private Tensor Planes(Tensor x, int stride, string padding)
    {
        Tensor shape = RawOps.Shape(x, DType.Int64);
        Tensor rows = Tf.Reshape(x, Tf.Concat([shape[..2], Tensor.From<long>([-1]), shape[4..]], 0));
        Tensor pooled = Pool2D(rows, [_poolSize[0], 1], [stride, 1], padding);
        return Tf.Reshape(pooled, Tf.Concat([RawOps.Shape(pooled, DType.Int64)[..2], shape[2..]], 0));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape>? DeclareOutputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        long[] shape = inputShapes[0].ToArray();
        int first = _dataFormat == DataFormat.ChannelsLast ? 1 : 2;
        for (int i = 0; i < Dimensions; i++)
        {
            long size = shape[first + i], stride = Strides[i];
            shape[first + i] = size < 0 ? -1 : ((_padding == "same" ? size : size - _poolSize[i] + 1) + stride - 1) / stride;
        }

        return [Shape.Create(shape)];
    }
}
