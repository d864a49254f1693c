using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Data;

/// <summary>A table of numbers with named columns, whose rows are read once, from the first to the last.</summary>
/// <param name="path">The file as it was named.</param>
internal abstract class DataTable(string path) : IDisposable
{
    private Dictionary<string, int[]>? _places;

    /// <summary>The file as it was named.</summary>
    public string Path => path;

    /// <summary>The names of the columns.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Names for several columns at once, such as the array that they stand in.</summary>
    protected virtual IEnumerable<(string Name, int[] Indexes)> Groups => [];

    /// <summary>Opens a file: an archive of NumPy by its first bytes, else CSV. A pipe is read once.</summary>
    /// <exception cref="TfLbfgsException">The file cannot be read, or has no columns.</exception>
    public static DataTable Open(string path)
    {
        if (path.Length == 0)
            throw new TfLbfgsException("--data: expected the name of a file, received an empty one.");
        if (Directory.Exists(path))
            throw new TfLbfgsException($"{path}: expected a CSV file or an .npz archive, received a folder.");
        if (FileIdentity.Of(path).Kind == FileEntry.None)
            throw new TfLbfgsException($"{path}: expected a CSV file or an .npz archive, but there is no such file.");
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TfLbfgsException($"{path}: expected a file that can be read, received: {e.Message}", e);
        }

        if (IsZip(stream))
        {
            stream.Dispose();
            return NpzTable.Open(path);
        }

        return CsvTable.Open(path, stream);
    }

    /// <summary>The positions of named columns.</summary>
    /// <param name="names">The names of columns, or of groups of columns.</param>
    /// <param name="role">What they are, for the message, such as <c>target</c>.</param>
    /// <exception cref="TfLbfgsException">A name is missing; the message lists the columns.</exception>
    public int[] IndexesOf(IReadOnlyList<string> names, string role)
    {
        if (_places is null)
        {
            _places = Groups.ToDictionary(group => group.Name, group => group.Indexes, StringComparer.Ordinal);
            foreach ((int i, string column) in Columns.Index())
                _places.TryAdd(column, [i]);
        }

        string[] missing = [.. names.Where(name => !_places.ContainsKey(name))];
        return missing.Length == 0
            ? [.. names.SelectMany(name => _places[name]).Distinct()]
            : throw new TfLbfgsException(
                $"{Path}: expected the {role} {(missing.Length == 1 ? "column" : "columns")} {TerminalText.Quote(missing)}, received the "
                + $"columns {TerminalText.Quote(Columns)}.");
    }

    /// <summary>Reads the next rows.</summary>
    /// <param name="indexes">The columns; the result has them in this order.</param>
    /// <param name="most">The most rows.</param>
    /// <returns>The rows; none at the end of the file.</returns>
    /// <exception cref="TfLbfgsException">A row has another number of cells than there are columns, or a cell is no finite
    /// number.</exception>
    public abstract Matrix ReadRows(IReadOnlyList<int> indexes, int most);

    /// <summary>Reads all rows.</summary>
    /// <param name="indexes">The columns; the result has them in this order.</param>
    /// <exception cref="TfLbfgsException">As for <see cref="ReadRows"/>, or there is no row at all.</exception>
    public Matrix Read(IReadOnlyList<int> indexes)
    {
        Matrix all = ReadRows(indexes, int.MaxValue);
        return all.Rows > 0 ? all : throw NoRows();
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>There is a header and nothing below it.</summary>
    public TfLbfgsException NoRows() => new($"{Path}: expected rows of numbers below the header, received none.");

    /// <summary>Closes the file.</summary>
    protected abstract void Dispose(bool disposing);

    private static bool IsZip(FileStream stream)
    {
        if (!stream.CanSeek)
            return false;
        Span<byte> start = stackalloc byte[4];
        bool isZip = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.SequenceEqual("PK\u0003\u0004"u8);
        stream.Position = 0;
        return isZip;
    }
}
