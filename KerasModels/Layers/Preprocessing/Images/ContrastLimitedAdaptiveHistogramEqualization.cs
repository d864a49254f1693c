using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Spreads the values of images so that all are about equally frequent in each tile, with a bound on the contrast, in training and
/// elsewhere (CLAHE).
/// Python: <c>keras.layers.ContrastLimitedAdaptiveHistogramEqualization</c>.
/// </summary>
[KerasName("ContrastLimitedAdaptiveHistogramEqualization", Generation = KerasGeneration.Keras3)]
public sealed class ContrastLimitedAdaptiveHistogramEqualization : ImageLayer
{
    private const int Levels = 256;

    private NumberRange _valueRange = PixelValues.Bytes;
    private double _clipLimit = 4;
    private int[] _tileGridSize = [8, 8];

    /// <summary>Creates a layer.</summary>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="clipLimit">How many times its mean frequency a value counts at most; 0: without bound. Default 4.</param>
    /// <param name="tileGridSize">The number of tiles vertically and horizontally; null (default): 8.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is out of range.</exception>
    public ContrastLimitedAdaptiveHistogramEqualization(
        NumberRange? valueRange = null, double clipLimit = 4, Extents? tileGridSize = null, DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null, DTypePolicy? dtype = null)
        : base(dataFormat, name, dtype)
    {
        _valueRange = valueRange ?? PixelValues.Bytes;
        _clipLimit = clipLimit;
        _tileGridSize = tileGridSize?.For(2, "tileGridSize") ?? [8, 8];
        CheckFields();
    }

    /// <summary>The smallest and the largest value of images.</summary>
    public NumberRange ValueRange => _valueRange;

    /// <summary>How many times its mean frequency a value counts at most; 0: without bound.</summary>
    public double ClipLimit => _clipLimit;

    /// <summary>The number of tiles vertically and horizontally.</summary>
    public IReadOnlyList<int> TileGridSize => _tileGridSize;

    private protected override bool CastsIntegers => false;

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        int rows = checked((int)images.Shape[1]), columns = checked((int)images.Shape[2]), channels = checked((int)images.Shape[3]);
        if (rows < 0 || columns < 0)
            throw new TfLbfgsException($"{this}: expected images of a known number of rows and columns, received {images.Shape}.");
        int tileRows = ((rows - 1) / _tileGridSize[0]) + 1, tileColumns = ((columns - 1) / _tileGridSize[1]) + 1;
        Tensor values = PixelValues.Map(Tf.Cast(images, DType.Float32), _valueRange, PixelValues.Bytes);
        Tensor padded = Tf.Pad(
            values, new int[,] { { 0, 0 }, { 0, (tileRows * _tileGridSize[0]) - rows }, { 0, (tileColumns * _tileGridSize[1]) - columns },
                { 0, 0 } }, "SYMMETRIC");
        Tensor pixels = Tf.Cast(PixelValues.Clip(padded, PixelValues.Bytes), DType.Int32);
        Tensor equalized = Interpolate(pixels, Tables(pixels, tileRows, tileColumns, channels), tileRows, tileColumns, channels);
        return Tf.Cast(PixelValues.Map(Part(equalized, Tensor.Scalar(0), Tensor.Scalar(0), rows, columns), PixelValues.Bytes, _valueRange),
            images.DType);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        PixelValues.RequireChannels(this, inputShape, DataFormat);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("value_range", ref _valueRange);
        fields.Number("clip_limit", ref _clipLimit);
        fields.Integers("tile_grid_size", ref _tileGridSize, count: 2, minimum: 1);
    }

    /// <summary>The new value of each old one in each tile, [batch, tiles down, tiles across, channels, levels].</summary>
    private Tensor Tables(Tensor pixels, int tileRows, int tileColumns, int channels)
    {
        int size = tileRows * tileColumns;
        Tensor tiles =
            Tf.Transpose(Tf.Reshape(pixels, [-1, _tileGridSize[0], tileRows, _tileGridSize[1], tileColumns, channels]), [0, 1, 3, 5, 2, 4]);
        Tensor histogram = RawOps.DenseBincount(Tf.Reshape(tiles, [-1, size]), Tensor.Scalar(Levels), Tensor.Zeros([0], DType.Float32));
        histogram.RefineShape([-1, Levels]);
        if (_clipLimit > 0)
        {
            Tensor clipped = Tf.Minimum(histogram, _clipLimit * size / Levels);
            histogram = clipped + (Tf.ReduceSum(histogram - clipped, [1], keepDims: true) / Levels);
        }

        Tensor cumulated = Tf.CumSum(histogram, axis: 1);
        Tensor least = Tf.ReduceMin(cumulated, [1], keepDims: true);
        Tensor span = size - least;
        Tensor table =
            PixelValues.Clip((cumulated - least) * 255 / Tf.Where(Tf.Equal(span, Tf.ZerosLike(span)), Tf.OnesLike(span), span),
            PixelValues.Bytes);
        return Tf.Reshape(table, [-1, _tileGridSize[0], _tileGridSize[1], channels, Levels]);
    }

    /// <summary>The new values of pixels, bilinear between the tables of the four nearest tiles.</summary>
    private Tensor Interpolate(Tensor pixels, Tensor tables, int tileRows, int tileColumns, int channels)
    {
        Tensor around = Tf.Pad(tables, new int[,] { { 0, 0 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 } }, "SYMMETRIC");
        Tensor flat = Tf.Reshape(around, [-1]);
        int strideX = Levels * channels, strideY = strideX * (_tileGridSize[1] + 2), strideBatch = strideY * (_tileGridSize[0] + 2);
        Neighbors down = new(tileRows, _tileGridSize[0], strideY, [1, -1, 1, 1]),
            across = new(tileColumns, _tileGridSize[1], strideX, [1, 1, -1, 1]);
        Tensor batch = RawOps.Range(Tensor.Scalar(0), RawOps.Shape(pixels)[0], Tensor.Scalar(1)) * Tensor.Scalar(strideBatch);
        Tensor origin =
            pixels + Tf.Reshape(batch, [-1, 1, 1, 1])
            + Tensor.From<int>([.. Enumerable.Range(0, channels).Select(channel => channel * Levels)]);
        Tensor Row(Tensor y) =>
            (Tf.Gather(flat, origin + y + across.First) * (1 - across.Weight))
            + (Tf.Gather(flat, origin + y + across.Second) * across.Weight);
        return (Row(down.First) * (1 - down.Weight)) + (Row(down.Second) * down.Weight);
    }

    /// <summary>
    /// Along one dimension the offsets of the two tiles between whose middles each element lies, and the weight of the second.
    /// </summary>
    private sealed class Neighbors
    {
        public Neighbors(int tileLength, int tileCount, int stride, int[] shape)
        {
            // The tables have one more tile on either side.
            float[] places = [.. Enumerable.Range(0, tileLength * tileCount).Select(i => ((i - (tileLength / 2f)) / tileLength) + 1)];
            First = Offsets(places, 0);
            Second = Offsets(places, 1);
            Weight = Tensor.From<float>([.. places.Select(place => place - MathF.Floor(place))], Whole(places.Length));

            Tensor Offsets(float[] at, int step) =>
                Tensor.From<int>([.. at.Select(place => Math.Clamp((int)MathF.Floor(place) + step, 0, tileCount + 1) * stride)],
                Whole(at.Length));

            Shape Whole(int length) => Shape.Create([.. shape.Select(size => size < 0 ? (long)length : size)]);
        }

        public Tensor First { get; }

        public Tensor Second { get; }

        public Tensor Weight { get; }
    }
}
