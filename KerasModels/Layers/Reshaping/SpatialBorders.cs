using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>A layer that changes the borders of the spatial dimensions of its input.</summary>
public abstract class SpatialBorders : Layer
{
    private readonly string _field;
    private int[][] _borders;
    private DataFormat _dataFormat;

    private protected SpatialBorders(string field, IReadOnlyList<(int Before, int After)> borders, DataFormat dataFormat, string? name,
        DTypePolicy? dtype) : base(name, dtype)
    {
        _field = field;
        _borders = [.. borders.Select(border => (int[])[border.Before, border.After])];
        _dataFormat = dataFormat;
        CheckFields();
    }

    private protected SpatialBorders(string field, int dimensions)
    {
        _field = field;
        _borders = [.. Enumerable.Range(0, dimensions).Select(_ => (int[])[1, 1])];
    }

    /// <summary>The numbers before and after, for each spatial dimension.</summary>
    public IReadOnlyList<(int Before, int After)> Borders => [.. _borders.Select(border => (border[0], border[1]))];

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <summary>The first spatial dimension of the input.</summary>
    private protected int FirstAxis => _dataFormat == DataFormat.ChannelsLast ? 1 : 2;

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) =>
        BatchReshape.CheckRank(this, inputShape, _borders.Length + 2, _borders.Length + 2);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        if (_borders.Length == 1)
        {
            int[] pair = _borders[0];
            fields.Integers(_field, ref pair, count: 2, minimum: 0);
            _borders[0] = pair;
        }
        else
        {
            fields.Pairs(_field, ref _borders, _borders.Length);
        }

        // Keras has the field for sequences in some layers and versions only.
        if (_borders.Length > 1 || fields.IsReading)
            fields.DataFormat(ref _dataFormat);
    }
}
