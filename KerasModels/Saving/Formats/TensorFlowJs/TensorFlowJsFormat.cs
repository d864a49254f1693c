using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TfLbfgs.Formats;
using TfLbfgs.IO;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Formats.TensorFlowJs;

/// <summary>
/// Whole models of TensorFlow.js: <c>model.json</c>, and the weights in files that it names, <c>group1-shard1of2.bin</c> and so on, as they
/// are or quantized. Python: <c>tensorflowjs.converters.save_keras_model</c>.
/// </summary>
internal sealed class TensorFlowJsFormat : IModelFormat
{
    public const string FormatName = "TensorFlow.js layers model";

    private const string Manifest = "weightsManifest";
    private const int MaxFiles = 100_000;
    private const int MaxRank = 64;
    private const string CopyAll = "Copy model.json and all its .bin files again.";

    public string Name => FormatName;

    public ModelContents? TryRead(ModelSource source)
    {
        if (source.Json is not { } root || !root.TryGetProperty(Manifest, out JsonElement manifest)
            || manifest.ValueKind != JsonValueKind.Array)
            return null;
        (string? config, string? version) = ArchitectureOf(source.Path, root);
        try
        {
            return new ModelContents
            {
                FormatName = FormatName,
                ConfigJson = config,
                // Only Keras 2 has a converter; without a version files of old Keras would be meant.
                KerasVersion = version ?? "2",
                Weights = WeightsOf(source, manifest),
                Naming = WeightNaming.Variables,
            };
        }
        catch (ModelConfigException e)
        {
            throw Fail(source.Path, e.Message.TrimEnd('.'), "the list of the weights");
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The source takes the files over.")]
    private static WeightNode WeightsOf(ModelSource source, JsonElement manifest)
    {
        WeightNode weights = new("");
        int files = 0;
        foreach (JsonElement group in manifest.EnumerateArray())
        {
            ConfigObject entry = new(group, $"{source.Path}: {Manifest}");
            ConcatenatedFiles data = source.Own(new ConcatenatedFiles());
            foreach (JsonElement path in ListOf(source.Path, entry, "paths"))
            {
                if (++files > MaxFiles)
                    throw Fail(source.Path, $"more than {MaxFiles} files", $"at most {MaxFiles}");
                data.Add(FileOf(source.Path, path));
            }

            long offset = 0;
            foreach (JsonElement weight in ListOf(source.Path, entry, "weights"))
                weights.Arrays.Add(WeightOf(source.Path, weight, data, ref offset));
            if (offset != data.Length)
                throw Fail(source.Path, $"{data.Length} bytes in the files of weights", $"{offset} bytes, as their shapes need");
        }

        return weights;
    }

    private static (string? Config, string? Version) ArchitectureOf(string path, JsonElement root)
    {
        if (!root.TryGetProperty("modelTopology", out JsonElement topology) || topology.ValueKind != JsonValueKind.Object)
            return (null, null);
        if (topology.TryGetProperty("node", out _))
        {
            throw new FileFormatException(
                path, "/", "a graph model of TensorFlow.js, which has ops and no layers", "a layers model of TensorFlow.js",
                    "Use the Keras model that it was converted from.");
        }

        string? version = topology.TryGetProperty("keras_version", out JsonElement stated) && stated.ValueKind == JsonValueKind.String
            ? stated.GetString()
            : null;
        JsonElement config = topology.TryGetProperty("model_config", out JsonElement inner) ? inner : topology;
        return config.ValueKind == JsonValueKind.Object && config.TryGetProperty("class_name", out _)
            ? (config.GetRawText(), version)
            : throw Fail(path, "no class_name in modelTopology", "the architecture of a model");
    }

    private static StoredArrayFile FileOf(string path, JsonElement name)
    {
        string? file = name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        if (file?.StartsWith("./", StringComparison.Ordinal) == true)
            file = file[2..];
        // Only files in the same folder are opened.
        if (string.IsNullOrEmpty(file) || file != Path.GetFileName(file) || file is "." or ".."
            || file.Contains('\\', StringComparison.Ordinal))
            throw Fail(path, $"the file name {ConfigObject.Excerpt(name)}", "the name of a file in the same folder");
        string full = Path.Combine(AtomicFile.FolderOf(path), file);
        return File.Exists(full)
            ? new StoredArrayFile(full, new FileInfo(full).Length)
            : throw new FileFormatException(
                full, "/", "no such file", $"a part of the weights that {Path.GetFileName(path)} names", CopyAll);
    }

    private static WeightArray WeightOf(string path, JsonElement weight, ConcatenatedFiles data, ref long offset)
    {
        ConfigObject entry = new(weight, $"{path}: {Manifest}");
        string name = entry.RequiredText("name");
        ConfigObject of = entry.Of($"{path}: {name}");
        List<long> shape = [];
        foreach (JsonElement axis in ListOf(path, of, "shape"))
        {
            if (axis.ValueKind != JsonValueKind.Number || !axis.TryGetInt64(out long length) || length < 0 || shape.Count == MaxRank)
                throw Fail(path, $"a shape with {ConfigObject.Excerpt(axis)} of {name}", "lengths of axes");
            shape.Add(length);
        }

        DType dtype = DTypeOf(path, name, of.RequiredText("dtype"));
        Quantization? quantization = of.Object("quantization") is { } stored
            ? Quantization.Of(stored, dtype, text => DTypeOf(path, name, text)) : null;
        try
        {
            StoredArray array = new FileArray(data, offset, quantization?.Stored ?? dtype, shape);
            offset += array.ByteCount;
            if (offset > data.Length)
                throw Fail(path, $"{data.Length} bytes in the files of weights", $"{offset} bytes for {name}");
            return new WeightArray(name, quantization is null ? array : quantization.Expand(array));
        }
        catch (TfLbfgsException e) when (e is not FileFormatException)
        {
            throw new FileFormatException(path, name, e.Message.TrimEnd('.'), "an array of numbers", CopyAll, e);
        }
    }

    private static DType DTypeOf(string path, string name, string dtype) => dtype switch
    {
        "float32" => DType.Float32,
        "float16" => DType.Float16,
        "int32" => DType.Int32,
        "uint8" => DType.UInt8,
        "uint16" => DType.UInt16,
        "bool" => DType.Bool,
        _ => throw Fail(path, $"{name} of the type {dtype}", "float32, float16, int32, uint8, uint16 or bool"),
    };

    private static JsonElement.ArrayEnumerator ListOf(string path, ConfigObject owner, string field) =>
        owner.Find(field) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray()
            : throw Fail(path, $"no list {field} in {Manifest}", "the list");

    private static FileFormatException Fail(string path, string found, string expected) => new(path, "/", found, expected, CopyAll);
}
