using System.Text.Json;
using TfLbfgs.Keras.Saving.Hdf5;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Saving;

/// <summary>Where the tests of file formats find reference files, scratch folders and the peers' Python, and how they read case.json.</summary>
internal static class SavingReference
{
    /// <summary>The root of the reference data.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Real Keras 2 and 3: beside the repository or its main worktree.</summary>
    public static string PeersPython { get; } = FindPeers();

    public static string Keras => Path.Combine(Root, "keras");

    public static string Bad(string name) => Path.Combine(Keras, "bad", name);

    public static string Case(string name, string file) => Path.Combine(Keras, "cases", name, file);

    public static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    /// <summary>Every file of a case that has one of the formats, as (case, file).</summary>
    public static IEnumerable<(string Case, string File)> Files(params string[] formats)
    {
        string cases = Path.Combine(Keras, "cases");
        if (!Directory.Exists(cases))
            yield break;
        foreach (string folder in Directory.GetDirectories(cases).Order(StringComparer.Ordinal))
        {
            foreach (JsonElement file in Json(Path.Combine(folder, "case.json")).GetProperty("files").EnumerateArray())
            {
                string path = file.GetProperty("path").GetString()!;
                if (formats.Contains(file.GetProperty("format").GetString()) && path.EndsWith(".h5", StringComparison.Ordinal))
                    yield return (Path.GetFileName(folder), path);
            }
        }
    }

    /// <summary>The elements as JSON gives them: NaN and infinities are texts.</summary>
    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(Number)];

    /// <summary>The elements of an array as doubles, which hold every type up to float64 and the integers that the reference has.</summary>
    public static double[] Numbers(NamedArray array)
    {
        byte[] bytes = array.Bytes.ToArray();
        int size = array.DType.Size;
        double[] numbers = new double[bytes.Length / size];
        for (int i = 0; i < numbers.Length; i++)
        {
            int at = i * size;
            numbers[i] = array.DType switch
            {
                DType.Float32 => BitConverter.ToSingle(bytes, at),
                DType.Float64 => BitConverter.ToDouble(bytes, at),
                DType.Float16 => (double)BitConverter.ToHalf(bytes, at),
                DType.BFloat16 => BitConverter.Int32BitsToSingle(BitConverter.ToUInt16(bytes, at) << 16),
                DType.Int8 => (sbyte)bytes[at],
                DType.UInt8 or DType.Bool => bytes[at],
                DType.Int16 => BitConverter.ToInt16(bytes, at),
                DType.UInt16 => BitConverter.ToUInt16(bytes, at),
                DType.Int32 => BitConverter.ToInt32(bytes, at),
                DType.UInt32 => BitConverter.ToUInt32(bytes, at),
                DType.Int64 => BitConverter.ToInt64(bytes, at),
                DType.UInt64 => BitConverter.ToUInt64(bytes, at),
                _ => throw new InvalidOperationException($"no numbers in {array}"),
            };
        }
        return numbers;
    }

    /// <summary>Reference data may be absent where the tests run without them.</summary>
    public static void SkipWithoutKeras() => Assert.SkipUnless(Directory.Exists(Keras), $"no reference data in {Root}");

    public static void SkipWithoutPeers() => Assert.SkipUnless(File.Exists(PeersPython), $"no Python with Keras at {PeersPython}");

    private static string FindPeers()
    {
        string repository = FindRepository();
        string[] candidates = [Path.Combine(repository, "..", "shared", "peers", "python"), Path.Combine(repository, "..", "..", "shared", "peers", "python")];
        return Path.GetFullPath(candidates.FirstOrDefault(File.Exists) ?? candidates[0]);
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TfLbfgs.sln")))
                return folder.FullName;
        }
        return AppContext.BaseDirectory;
    }

    private static double Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            string other => throw new InvalidOperationException($"\"{other}\" is no number"),
            null => throw new InvalidOperationException("null is no number"),
        },
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => element.GetDouble(),
    };

    /// <summary>The folder that was named, else the repository's own copy, else the one beside the repository or its main worktree.</summary>
    private static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("TFLBFGS_REFERENCE") is { Length: > 0 } named)
            return named;
        string repository = FindRepository();
        string own = Path.Combine(repository, "Tests", "Reference");
        string[] candidates = [own, Path.Combine(repository, "..", "shared", "reference"), Path.Combine(repository, "..", "..", "shared", "reference")];
        return Path.GetFullPath(candidates.FirstOrDefault(c => Directory.Exists(Path.Combine(c, "keras"))) ?? own);
    }
}
