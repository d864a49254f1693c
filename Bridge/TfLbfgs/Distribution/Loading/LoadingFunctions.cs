using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Runtime;

using LoadingFunction = System.Func<
    TfLbfgs.Distribution.ShardRequest, System.Collections.Generic.IReadOnlyList<TfLbfgs.Formats.StoredArray>>;

namespace TfLbfgs.Distribution.Loading;

/// <summary>The functions that every worker has.</summary>
internal static partial class LoadingFunctions
{
    /// <summary>The name of the function that reads arrays of NumPy.</summary>
    public const string Npy = "npy";

    /// <summary>The name of the function that reads CSV files.</summary>
    public const string Csv = "csv";

    private const char Separator = '\n';

    /// <summary>By their names.</summary>
    public static IReadOnlyDictionary<string, LoadingFunction> BuiltIn { get; } =
        new Dictionary<string, LoadingFunction>(StringComparer.Ordinal) { [Npy] = ReadNpy, [Csv] = ReadCsv };

    /// <summary>All of them, and those that a user adds.</summary>
    public static IReadOnlyDictionary<string, LoadingFunction> With(IReadOnlyDictionary<string, LoadingFunction> more)
    {
        Dictionary<string, LoadingFunction> all = new(BuiltIn, StringComparer.Ordinal);
        foreach ((string name, LoadingFunction function) in more)
            all[name] = function;
        return all;
    }

    /// <summary>The arguments of <see cref="Npy"/>.</summary>
    public static Dictionary<string, string> NpyArguments(IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0 || files.Any(string.IsNullOrEmpty))
            throw new TfLbfgsException("ShardedNpy: expected the name of a file for each tensor of the data, received none.");
        return new Dictionary<string, string> { ["files"] = string.Join(Separator, files) };
    }

    /// <summary>The arguments of <see cref="Csv"/>.</summary>
    public static Dictionary<string, string> CsvArguments(string files, IReadOnlyList<string> targets, bool isFloat32)
    {
        ArgumentException.ThrowIfNullOrEmpty(files);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count == 0)
            throw new TfLbfgsException("ShardedCsv: expected at least one column that is a target, received none.");
        return new Dictionary<string, string>
        {
            ["files"] = files,
            ["targets"] = string.Join(Separator, targets),
            ["dtype"] = isFloat32 ? "float32" : "float64",
        };
    }

    /// <summary>The files of a part, and whether it has them whole; else its share of the rows of the one file.</summary>
    public static (string[] Files, bool IsWhole) FilesOf(ShardRequest request, string name)
    {
        string own = OwnFile().Replace(name, match => request.Shard.ToString(DigitsOf(match), CultureInfo.InvariantCulture));
        string full = Path.GetFullPath(own, request.Folder);
        if (OwnFile().IsMatch(name))
            return ([full], true);
        if (!name.Contains('*', StringComparison.Ordinal))
            return ([full], false);
        string folder = Path.GetDirectoryName(full)!;
        string[] all = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, Path.GetFileName(full)).Order(StringComparer.Ordinal)]
            : [];
        (long first, long count) = EvenShare.Of(all.Length, request.Shard, request.Shards);
        return count == 0
            ? throw new TfLbfgsException($"{full}: expected at least one file for each of {request.Shards} parts, received {all.Length}.")
            : (all.AsSpan((int)first, (int)count).ToArray(), true);
    }

    private static List<StoredArray> ReadNpy(ShardRequest request)
    {
        List<StoredArray> arrays = [];
        foreach (string name in request.Argument("files").Split(Separator))
        {
            (string[] files, bool isWhole) = FilesOf(request, name);
            List<StoredArray> parts = [];
            foreach (string file in files)
            {
                using NpyRows rows = NpyRows.Open(file);
                (long first, long count) = isWhole ? (0, rows.Count) : EvenShare.Of(rows.Count, request.Shard, request.Shards);
                parts.Add(rows.Read(first, count));
            }

            arrays.Add(Joined(parts, name));
        }

        return arrays;
    }

    /// <summary>The rows of several arrays, one after the other.</summary>
    private static StoredArray Joined(List<StoredArray> parts, string name)
    {
        if (parts.Count == 1)
            return parts[0];
        StoredArray first = parts[0];
        if (parts.Find(part => part.DType != first.DType || !part.Shape.Skip(1).SequenceEqual(first.Shape.Skip(1))) is { } other)
            throw new TfLbfgsException($"{name}: expected files of one form, {first}, received {other}.");
        using MemoryStream bytes = new(checked((int)parts.Sum(part => (long)part.ByteCount)));
        foreach (StoredArray part in parts)
            part.WriteTo(bytes);
        return StoredArray.FromBytes(
            first.DType, [parts.Sum(part => part.Shape[0]), .. first.Shape.Skip(1)], bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
    }

    private static IReadOnlyList<StoredArray> ReadCsv(ShardRequest request)
    {
        (string[] files, bool isWhole) = FilesOf(request, request.Argument("files"));
        string[] targets = request.Argument("targets").Split(Separator);
        CsvNumbers? all = null;
        foreach (string file in files)
        {
            CsvNumbers numbers = CsvNumbers.Read(file);
            all = all is null ? numbers : all.Followed(numbers);
        }

        (long first, long count) = isWhole ? (0, all!.Rows) : EvenShare.Of(all!.Rows, request.Shard, request.Shards);
        (double[] x, double[] y) = all.Divide(targets, (int)first, (int)count);
        bool isFloat32 = request.Argument("dtype") == "float32";
        return [Array(x, count, isFloat32), Array(y, count, isFloat32)];
    }

    private static StoredArray Array(double[] values, long rows, bool isFloat32)
    {
        long[] shape = [rows, rows == 0 ? 0 : values.Length / rows];
        return isFloat32
            ? StoredArray.FromBytes(
                DType.Float32, shape, MemoryMarshal.AsBytes(System.Array.ConvertAll(values, value => (float)value).AsSpan()).ToArray())
            : StoredArray.FromBytes(DType.Float64, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    private static string DigitsOf(Match ownFile) => ownFile.Groups[1].Success ? ownFile.Groups[1].Value : "0";

    [GeneratedRegex(@"\{shard(?::(0+))?\}")]
    private static partial Regex OwnFile();
}
