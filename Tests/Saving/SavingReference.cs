using System.Text.Json;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Saving;

/// <summary>The files of <c>keras/cases</c> and <c>keras/bad</c>, and how numbers are read.</summary>
internal static class SavingReference
{
    /// <summary>A file of <c>bad</c>; skips the test when other data do not have it.</summary>
    public static string Bad(string name) => ReferenceRoot.Require("keras", "bad", name);

    /// <summary>A file of a case; skips the test, or the entry of a report, when other data do not have it.</summary>
    public static string Case(string name, string file) => ReferenceRoot.Require(["keras", "cases", name, .. file.Split('/')]);

    public static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    /// <summary>Reads a file as legacy HDF5, of any content.</summary>
    public static ModelContents ReadLegacy(string path)
    {
        var file = Hdf5File.Open(path);
        try
        {
            return LegacyHdf5Reader.Read(file) with { Source = file };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Every file of a case that has one of the formats, as (case, file).</summary>
    public static IEnumerable<(string Case, string File)> Files(params string[] formats)
    {
        foreach (string folder in Directory.GetDirectories(ReferenceRoot.Require("keras", "cases")).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "case.json")))
                continue;
            foreach (JsonElement file in Json(Path.Combine(folder, "case.json")).GetProperty("files").EnumerateArray())
            {
                string path = file.GetProperty("path").GetString()!;
                if (formats.Contains(file.GetProperty("format").GetString()) && path.EndsWith(".h5", StringComparison.Ordinal))
                    yield return (Path.GetFileName(folder), path);
            }
        }
    }

    /// <summary>Reads a dataset into memory.</summary>
    public static WeightArray ReadArray(this Hdf5File file, Hdf5Dataset dataset, string name)
    {
        StoredArray array = file.Array(dataset);
        return new WeightArray(name, StoredArray.FromBytes(array.DType, array.Shape, array.ToBytes()));
    }

    /// <summary>A layer with its weights.</summary>
    public static WeightNode Layer(string name, params IEnumerable<WeightArray> weights)
    {
        WeightNode node = new(name);
        node.Arrays.AddRange(weights);
        return node;
    }

    /// <summary>The elements as JSON gives them: NaN and infinities are texts.</summary>
    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(Number)];

    /// <summary>The elements of an array as doubles, which hold every type up to float64 and the integers that the reference has.</summary>
    public static double[] Numbers(WeightArray array)
    {
        byte[] bytes = array.Data.ToBytes();
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
}
