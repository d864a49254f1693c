using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <content>Arrays and files. Their tensors belong to the data.</content>
public sealed partial class TrainingData
{
    /// <summary>Copies arrays of two dimensions.</summary>
    /// <typeparam name="T">The type of the elements, such as double.</typeparam>
    /// <param name="x">The inputs, [rows, ...].</param>
    /// <param name="y">The targets, [rows, ...].</param>
    /// <returns>The data, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The numbers of rows differ, or there are none.</exception>
    public static TrainingData From<T>(T[,] x, T[,] y) where T : unmanaged => Own(() => (Tensor.From(x), Tensor.From(y)));

    /// <summary>Copies arrays of rows.</summary>
    /// <typeparam name="T">The type of the elements, such as double.</typeparam>
    /// <param name="x">The inputs, one array for each row, all of one length.</param>
    /// <param name="y">The targets, likewise.</param>
    /// <returns>The data, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The numbers of rows differ, or rows have different lengths.</exception>
    public static TrainingData From<T>(T[][] x, T[][] y) where T : unmanaged => Own(() => (Tensor.From(x), Tensor.From(y)));

    /// <summary>Copies elements, row by row.</summary>
    /// <typeparam name="T">The type of the elements, such as float.</typeparam>
    /// <param name="x">The inputs.</param>
    /// <param name="xShape">Their shape, [rows, ...].</param>
    /// <param name="y">The targets.</param>
    /// <param name="yShape">Their shape, [rows, ...].</param>
    /// <returns>The data, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The numbers of elements or rows differ.</exception>
    public static TrainingData From<T>(ReadOnlySpan<T> x, Shape xShape, ReadOnlySpan<T> y, Shape yShape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(xShape);
        ArgumentNullException.ThrowIfNull(yShape);
        using TensorScope scope = new();
        return Own(Tensor.From(x, xShape), Tensor.From(y, yShape), null);
    }

    /// <summary>Reads arrays of NumPy. Python: <c>numpy.load</c>.</summary>
    /// <param name="xPath">The <c>.npy</c> file of the inputs.</param>
    /// <param name="yPath">That of the targets.</param>
    /// <returns>The data, owned by the caller.</returns>
    /// <exception cref="FileFormatException">A file is no such array.</exception>
    /// <exception cref="TfLbfgsException">The numbers of rows differ.</exception>
    public static TrainingData FromNpy(string xPath, string yPath) => Own(() => (Read(NpyFile.Read(xPath)), Read(NpyFile.Read(yPath))));

    /// <summary>Reads an archive of arrays of NumPy. Python: <c>numpy.load</c>.</summary>
    /// <param name="path">The <c>.npz</c> file.</param>
    /// <param name="x">The name of the inputs; default <c>x</c>.</param>
    /// <param name="y">The name of the targets; default <c>y</c>.</param>
    /// <param name="sampleWeight">The name of the weights of the samples; null (default): none.</param>
    /// <returns>The data, owned by the caller.</returns>
    /// <exception cref="FileFormatException">The file is no such archive.</exception>
    /// <exception cref="TfLbfgsException">A name is not there, or the numbers of rows differ.</exception>
    public static TrainingData FromNpz(string path, string x = "x", string y = "y", string? sampleWeight = null)
    {
        using NpzFile file = NpzFile.Open(path);
        Tensor Find(string name)
        {
            StoredArray? array = file.Arrays.FirstOrDefault(entry => entry.Name == name).Array;
            return Read(array ?? throw new TfLbfgsException(
                $"{path}: expected one of the arrays {string.Join(", ", file.Arrays.Select(entry => entry.Name))}, received '{name}'."));
        }

        using TensorScope scope = new();
        return Own(Find(x), Find(y), sampleWeight is null ? null : Find(sampleWeight));
    }

    /// <summary>Reads columns of a CSV file of numbers with a header row. Python: <c>pandas.read_csv</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="targets">The names of the target columns.</param>
    /// <param name="inputs">The names of the input columns; null (default): all others, in their order.</param>
    /// <param name="sampleWeight">The name of the column with the weights of the samples; null (default): none.</param>
    /// <param name="dtype">The dtype, float32 or float64; default float64.</param>
    /// <returns>The data, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">A column is not there, or a cell is no number; the message has line and column.</exception>
    public static TrainingData FromCsv(
        string path, IReadOnlyList<string> targets, IReadOnlyList<string>? inputs = null, string? sampleWeight = null,
            DType dtype = DType.Float64)
    {
        ArgumentNullException.ThrowIfNull(targets);
        int[] x = [], y = [], w = [];
        (double[] all, int columns) = CsvColumns.Read(path, header =>
        {
            y = CsvColumns.PositionsOf(path, header, targets);
            w = sampleWeight is null ? [] : CsvColumns.PositionsOf(path, header, [sampleWeight]);
            x = inputs is null ? [.. Enumerable.Range(0, header.Length).Except(y).Except(w)] : CsvColumns.PositionsOf(path, header, inputs);
            return x.Length > 0 && y.Length > 0 ? [.. x, .. y, .. w] : throw new TfLbfgsException(
                $"{path}: expected at least one input and one target column, received {x.Length} and {y.Length} of "
                + $"{string.Join(", ", header)}.");
        });
        using TensorScope scope = new();
        Tensor whole = HostArrays.ToTensor(all, dtype, Shape.Create([all.Length / columns, columns]));
        Tensor[] parts = RawOps.SplitV(whole, Tensor.From<int>(w.Length == 0 ? [x.Length, y.Length] : [x.Length, y.Length, 1]),
            Tensor.Scalar(1), w.Length == 0 ? 2 : 3);
        return Own(parts[0], parts[1], w.Length == 0 ? null : RawOps.Squeeze(parts[2], [1]));
    }

    private static TrainingData Own(Func<(Tensor X, Tensor Y)> make)
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = make();
        return Own(x, y, null);
    }

    /// <summary>Data of tensors that the scope of the caller frees.</summary>
    private static TrainingData Own(Tensor x, Tensor y, Tensor? sampleWeight)
    {
        ObjectiveData data = new([x], [y], sampleWeight is null ? null : [sampleWeight]);
        data.CheckRows();
        return new TrainingData(new ObjectiveData([x.Alias()], [y.Alias()], sampleWeight is null ? null : [sampleWeight.Alias()]), true);
    }

    private static Tensor Read(StoredArray array) => Tensor.FromBytes(array.ToBytes(), array.DType, Shape.Create([.. array.Shape]));
}
