using System.Globalization;
using TfLbfgs.Cli.Output;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;

namespace TfLbfgs.Cli.Data;

/// <summary>
/// The arrays of a NumPy archive as a table: an array of one axis is a column of its name, one of two axes the columns <c>name[0]</c>,
/// <c>name[1]</c>, ..., which its name stands for together. An array is read as a whole when a column of it is.
/// </summary>
internal sealed class NpzTable : DataTable
{
    private readonly NpzFile _file;
    private readonly List<string> _columns = [];
    private readonly List<(int Array, int Column)> _places = [];
    private readonly double[]?[] _values;
    private long _next;

    private NpzTable(string path, NpzFile file) : base(path)
    {
        _file = file;
        _values = new double[file.Arrays.Count][];
        if (file.Arrays.Count == 0)
            throw new TfLbfgsException($"{path}: expected arrays, received an archive without any.");
        Rows = file.Arrays[0].Array.Shape is [long rows, ..] ? rows : 0;
        foreach ((int i, (string name, StoredArray array)) in file.Arrays.Index())
            Add(path, i, name, array);
    }

    public override IReadOnlyList<string> Columns => _columns;

    protected override IEnumerable<(string Name, int[] Indexes)> Groups => _file.Arrays.Select((array, i) =>
        (array.Name, Enumerable.Range(0, _places.Count).Where(column => _places[column].Array == i).ToArray()));

    private long Rows { get; }

    /// <summary>Opens an archive.</summary>
    /// <exception cref="TfLbfgsException">It is damaged, or its arrays are no table.</exception>
    public static new NpzTable Open(string path)
    {
        NpzFile file = NpzFile.Open(path);
        try
        {
            return new NpzTable(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override Matrix ReadRows(IReadOnlyList<int> indexes, int most)
    {
        int rows = (int)Math.Min(most, Rows - _next);
        double[] values = new double[rows * indexes.Count];
        for (int column = 0; column < indexes.Count; column++)
        {
            (int array, int place) = _places[indexes[column]];
            double[] source = _values[array] ??= ReadArray(array);
            long width = source.LongLength / Math.Max(Rows, 1);
            for (int row = 0; row < rows; row++)
            {
                double value = source[((_next + row) * width) + place];
                if (!double.IsFinite(value))
                {
                    throw new TfLbfgsException(
                        $"{Path}, row {_next + row + 1}, column {TerminalText.Quote([Columns[indexes[column]]])}: expected a finite "
                        + $"number, received {value.ToString(CultureInfo.InvariantCulture)}. Remove the row, or leave the column out by "
                        + "--ignore.");
                }

                values[(row * indexes.Count) + column] = value;
            }
        }

        _next += rows;
        return new Matrix(values, indexes.Count);
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private void Add(string path, int index, string name, StoredArray array)
    {
        if (array.Shape.Count is not (1 or 2) || array.DType.IsComplex)
            throw new TfLbfgsException($"{path}: expected arrays of real numbers with one axis, or two (rows, columns), received "
                + $"'{name}' of {array}. Reshape it, or save the archive without it.");
        if (array.Shape[0] != Rows)
            throw new TfLbfgsException($"{path}: expected arrays with the same number of rows, received {Rows} in "
                + $"'{_file.Arrays[0].Name}' and {array.Shape[0]} in '{name}'.");
        long width = array.Shape.Count == 1 ? 1 : array.Shape[1];
        for (int column = 0; column < width; column++)
        {
            _columns.Add(width == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}[{column}]"));
            _places.Add((index, column));
        }
    }

    private double[] ReadArray(int index)
    {
        StoredArray array = _file.Arrays[index].Array;
        using Tensors.Tensor tensor = Tensors.Tensor.FromBytes(array.ToBytes(), array.DType, [.. array.Shape]);
        if (array.DType == DType.Float64)
            return tensor.ToArray<double>();
        using Tensors.Tensor wide = RawOps.Cast(tensor, DType.Float64);
        return wide.ToArray<double>();
    }
}
