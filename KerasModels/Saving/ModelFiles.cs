using System.Text.Json;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Formats.Zip;
using TfLbfgs.Keras.Saving.Formats.Checkpoint;
using TfLbfgs.Keras.Saving.Formats.KerasArchive;
using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;
using TfLbfgs.Keras.Saving.Formats.NumPy;
using TfLbfgs.Keras.Saving.Formats.ObjectTree;
using TfLbfgs.Keras.Saving.Formats.SavedModel;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Reads files of models and weights, chosen by their content and never by their names. What is no model is named as what it is.
/// </summary>
internal static class ModelFiles
{
    private const string Expected = "a Keras model or weights: .keras, .h5, .weights.h5, a SavedModel or a checkpoint";
    private const int MaxShown = 6;
    private const int MaxJsonLength = 256 << 20;

    // Where users keep the weights that belong to an architecture in JSON.
    private static readonly string[] WeightsBeside = [".weights.h5", ".h5", ".hdf5", "_weights.h5", "_weights.hdf5", "-weights.h5"];

    /// <summary>Reads a whole model.</summary>
    /// <exception cref="FileFormatException">The file is damaged or is no whole model.</exception>
    public static ModelContents ReadModel(string path)
    {
        ModelContents contents = Read(path, weightsBeside: true);
        if (contents.ConfigJson is not null)
            return contents;
        contents.Dispose();
        string missing = contents.FormatName == KerasArchiveFormat.FormatName ? "no member config.json: the archive has weights only"
            : contents.FormatName == SavedModelReader.FormatName ? "a SavedModel without the description of a Keras 2 model: of Keras 3, of tf.Module or of TensorFlow 1, whose functions are not called yet"
            : contents.Naming != WeightNaming.Layers ? $"the file has weights only: {contents.FormatName}"
            : "no attribute model_config: the file has weights only";
        throw new FileFormatException(path, "/", missing, "a whole model, as model.save writes it", "Build the model and load these weights into it by LoadWeights, or save the whole model.");
    }

    /// <summary>Reads weights; the architecture, if there is one, is not looked at.</summary>
    /// <exception cref="FileFormatException">The file is damaged or has no weights.</exception>
    public static ModelContents ReadWeights(string path) => Read(path, weightsBeside: false);

    /// <summary>Reads what there is: a whole model, weights, or an architecture alone.</summary>
    /// <exception cref="FileFormatException">The file is damaged or none of these.</exception>
    public static ModelContents ReadAny(string path) => Read(path, weightsBeside: true, architectureAlone: true);

    private static ModelContents Read(string path, bool weightsBeside, bool architectureAlone = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path) && SavedModelReader.IsSavedModel(path))
            return SavedModelReader.Read(path);
        if (CheckpointReader.PrefixOf(path) is { } prefix)
            return CheckpointReader.Read(prefix);
        FileKind kind = FileProbe.Recognize(path);
        return kind switch
        {
            FileKind.Hdf5 => ReadHdf5(path),
            FileKind.Zip => ReadZip(path),
            FileKind.Json => ReadJson(path, weightsBeside, architectureAlone),
            FileKind.Folder => ReadFolder(path),
            _ => throw new FileFormatException(path, "/", Found(kind), Expected, Advice(kind)),
        };
    }

    private static ModelContents ReadHdf5(string path)
    {
        var file = Hdf5File.Open(path);
        try
        {
            return LegacyHdf5Reader.IsLegacy(file.Root) ? LegacyHdf5Reader.Read(file)
                : ObjectTreeReader.IsObjectTree(file.Root) ? WeightsHdf5Format.Read(file)
                : throw file.Fail("/", $"HDF5 data that are no Keras model: {Members(file.Root)}; no attribute layer_names or model_config, and no group vars", Expected, "Read it by Hdf5File.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ModelContents ReadZip(string path)
    {
        var archive = ZipReader.Open(path);
        try
        {
            if (KerasArchiveFormat.IsKerasArchive(archive))
                return KerasArchiveFormat.Read(archive, path);
            if (archive.Members.Count > 0 && archive.Members.All(member => member.Name.EndsWith(".npy", StringComparison.Ordinal)))
                return NpzFormat.Read(NpzFile.Open(archive, path));
            string[] names = [.. archive.Members.Select(member => member.Name)];
            string found = names switch
            {
                _ when Array.Exists(names, name => name.EndsWith("/data.pkl", StringComparison.Ordinal) || name == "data.pkl") => "a PyTorch archive, whose data.pkl is a program (pickle)",
                _ when Array.Exists(names, name => name.EndsWith("saved_model.pb", StringComparison.Ordinal)) => "a zip archive of a SavedModel",
                _ => $"a zip archive of {(names.Length == 0 ? "nothing" : string.Join(", ", names.Take(MaxShown)))}{(names.Length > MaxShown ? ", ..." : "")}",
            };
            throw archive.Fail("/", found, Expected, "Save the model with Keras as model.save(\"model.keras\"); extract an archive that holds one.");
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private static ModelContents ReadJson(string path, bool weightsBeside, bool architectureAlone)
    {
        if (new FileInfo(path).Length > MaxJsonLength)
            throw new FileFormatException(path, "/", $"JSON of more than {MaxJsonLength} bytes", "the architecture of a model", "Check that this is the file that Keras saved.");
        string text = File.ReadAllText(path);
        try
        {
            using var document = PythonJson.Parse(text);
            if (ShardedWeightsFormat.IsIndex(document.RootElement))
                return ShardedWeightsFormat.Read(path, document.RootElement);
            bool isModel = document.RootElement.TryGetProperty("class_name", out _) && document.RootElement.TryGetProperty("config", out _);
            if (!isModel)
                throw new FileFormatException(path, "/", "JSON that is no architecture: no class_name and config", "the architecture of a model, as model.to_json() gives it", "Check that this is the right file.");
        }
        catch (JsonException e)
        {
            throw new FileFormatException(path, "/", $"not valid JSON: {e.Message.TrimEnd('.')}", "the architecture of a model", "Save it again.", e);
        }

        string stem = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? path[..^5] : path;
        string? beside = weightsBeside ? WeightsBeside.Select(end => stem + end).FirstOrDefault(File.Exists) : null;
        if (beside is null && architectureAlone)
            return new ModelContents { FormatName = "architecture in JSON, without weights", ConfigJson = text };
        if (beside is null)
        {
            throw new FileFormatException(path, "/", "an architecture in JSON, without weights", $"weights beside it: {string.Join(", ", WeightsBeside.Take(3).Select(end => Path.GetFileName(stem) + end))}",
                "Put the weights there, or make the model by Model.FromJson and load them by LoadWeights.");
        }

        return Read(beside, weightsBeside: false) with { ConfigJson = text };
    }

    private static ModelContents ReadFolder(string path)
    {
        string found = Directory.EnumerateFiles(path, "*.index").Any() ? "a folder with several checkpoints"
            : "a folder";
        throw new FileFormatException(path, "/", found, Expected, "Save the model with Keras as model.save(\"model.keras\"), or name a file.");
    }

    private static string Found(FileKind kind) => kind switch
    {
        FileKind.Empty => "the file is empty",
        FileKind.Npy => "an array of NumPy (.npy)",
        FileKind.Pickle => "a pickle of Python, which is a program and is never executed",
        FileKind.GitLfsPointer => "the pointer that Git LFS leaves in the place of the file",
        FileKind.Html => "a page of HTML, not a model: the download went wrong",
        FileKind.Gzip => "a file compressed by gzip",
        FileKind.TensorFlowLite => "a model of TensorFlow Lite",
        FileKind.Tar => "a tar archive",
        FileKind.Safetensors => "weights of safetensors",
        FileKind.CheckpointIndex => "the index of a TensorFlow checkpoint under another extension than .index",
        FileKind.Text => "a text file",
        _ => "a file of an unknown format",
    };

    private static string Advice(FileKind kind) => kind switch
    {
        FileKind.Empty => "Save the model again.",
        FileKind.GitLfsPointer => "Fetch the file itself by git lfs pull.",
        FileKind.Html => "Download the file itself.",
        FileKind.Gzip or FileKind.Tar => "Extract it first.",
        FileKind.Pickle => "Load it in Python, and save the model as model.save(\"model.keras\").",
        FileKind.TensorFlowLite => "Use the Keras model that it was converted from.",
        _ => "Check that this is the file that Keras saved; save the model as model.save(\"model.keras\").",
    };

    private static string Members(Hdf5Group root) => root.Members.Count == 0 ? "an empty file"
        : string.Join(", ", root.Members.Keys.Take(MaxShown)) + (root.Members.Count > MaxShown ? ", ..." : "");
}
