using System.Globalization;
using TfLbfgs.Cli.Output;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Data;

/// <summary>
/// The arrays of a NumPy archive as a table: an array of one axis is a column of its name, one of two axes the columns <c>name[0]</c>,
/// <c>name[1]</c>, ..., which its name stands for together. Rows are read from the file when they are asked for; a matrix that is stored
/// column by column and compressed is the exception, which is read as a whole.
/// </summary>
internal sealed class NpzTable : DataTable
{
    private const int PieceBytes = 1 << 20;

    private readonly NpzFile _file;
    private readonly List<string> _columns = [];
    private readonly List<(int Array, int Column)> _places = [];
    private readonly StoredArray[] _arrays;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _next;

    private NpzTable(string path, NpzFile file) : base(path)
    {
        _file = file;
        if (file.Arrays.Count == 0)
            throw new TfLbfgsException($"{path}: expected arrays, received an archive without any.");
        _arrays = [.. file.Arrays.Select(array => array.Array)];
        Rows = _arrays[0].Shape is [long rows, ..] ? rows : 0;
        foreach ((int i, (string name, StoredArray array)) in file.Arrays.Index())
            Add(path, i, name, array);
    }

    public override IReadOnlyList<string> Columns => _columns;

    protected override IEnumerable<(string Name, int[] Indexes)> Groups => _places.Index()
        .GroupBy(place => place.Item.Array, place => place.Index).Select(group => (_file.Arrays[group.Key].Name, group.ToArray()));

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
        foreach (var group in indexes.Index().GroupBy(column => _places[column.Item].Array))
        {
            (int To, int Index)[] columns = [.. group];
            Read(group.Key, columns, rows, values, indexes.Count);
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
        if (width != 1)
            CheckNew(path, name);
        for (int column = 0; column < width; column++)
        {
            string title = width == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}[{column}]");
            CheckNew(path, title);
            _columns.Add(title);
            _places.Add((index, column));
        }
    }

    private void CheckNew(string path, string name)
    {
        if (!_names.Add(name))
            throw new TfLbfgsException($"{path}: expected columns of different names, received {TerminalText.Quote([name])} twice. "
                + "Save the arrays under other names.");
    }

    /// <summary>Reads columns of one array, piece by piece.</summary>
    /// <param name="index">The array.</param>
    /// <param name="columns">The columns of the table, and those of the result.</param>
    /// <param name="rows">How many rows from the next one on.</param>
    /// <param name="values">The result, row-major.</param>
    /// <param name="stride">The columns of the result.</param>
    private void Read(int index, (int To, int Index)[] columns, int rows, double[] values, int stride)
    {
        if (!_arrays[index].IsReadByRows)
            _arrays[index] = StoredArray.FromBytes(_arrays[index].DType, _arrays[index].Shape, _arrays[index].ToBytes());
        StoredArray array = _arrays[index];
        int width = array.Shape.Count == 1 ? 1 : (int)array.Shape[1], rowBytes = width * array.DType.Size;
        int rowsOfPiece = Math.Clamp(PieceBytes / rowBytes, 1, Math.Max(rows, 1));
        byte[] bytes = new byte[rowsOfPiece * rowBytes];
        for (int start = 0; start < rows; start += rowsOfPiece)
        {
            int count = Math.Min(rowsOfPiece, rows - start);
            array.ReadRows(_next + start, count, bytes);
            using Tensor piece = Tensor.FromBytes(bytes.AsSpan(0, count * rowBytes), array.DType, [count, width]);
            double[] read = piece.ToDoubles();
            foreach ((int to, int column) in columns)
            {
                int from = _places[column].Column;
                for (int row = 0; row < count; row++)
                {
                    double value = read[(row * width) + from];
                    if (!double.IsFinite(value))
                        throw NotFinite(_next + start + row + 1, column, value);
                    values[((start + row) * stride) + to] = value;
                }
            }
        }
    }

    private TfLbfgsException NotFinite(long row, int column, double value) => new(
        $"{Path}, row {row}, column {TerminalText.Quote([Columns[column]])}: expected a finite number, received "
        + $"{value.ToString(CultureInfo.InvariantCulture)}. Remove the row, or leave the column out by --ignore.");
}
