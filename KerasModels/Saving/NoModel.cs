using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Formats.Zip;

namespace TfLbfgs.Keras.Saving;

/// <summary>Names files that no format reads as what they are, and says what to do with them.</summary>
internal static class NoModel
{
    private const int MaxShown = 6;
    private const int MaxManifestLength = 64 << 20;

    // What programs leave in the root of their HDF5 files.
    private static readonly (string Attribute, string Program)[] OtherPrograms =
        [("PYTABLES_FORMAT_VERSION", "PyTables or pandas"), ("_NCProperties", "NetCDF"), ("encoding-type", "AnnData"),
            ("MATLAB_class", "MATLAB")];

    /// <summary>The exception for a file that no format reads.</summary>
    /// <param name="source">The file.</param>
    /// <param name="expected">What was expected.</param>
    public static FileFormatException Refuse(ModelSource source, string expected)
    {
        if (source.Hdf5 is { } hdf5)
            return Refuse(hdf5, expected);
        if (source.Zip is { } zip)
            return Refuse(zip, expected);
        if (source.Kind == FileKind.Folder)
        {
            string folder = Directory.EnumerateFiles(source.Path, "*.index").Any() ? "a folder with several checkpoints" : "a folder";
            return new FileFormatException(source.Path, "/", folder, expected,
                "Save the model with Keras as model.save(\"model.keras\"), or name a file.");
        }

        // Says where there is no such file, too.
        FileKind kind = FileProbe.Recognize(source.Path);
        return kind == FileKind.Unknown && ManifestOf(source.Path) is { } manifest
            ? new FileFormatException(source.Path, "/", $"weights of TensorFlow.js, a part of {manifest}", expected,
                $"Name {manifest}, which is in the same folder.")
            : new FileFormatException(source.Path, "/", Found(kind), expected, Advice(kind));
    }

    private static FileFormatException Refuse(Hdf5File file, string expected)
    {
        string program = OtherPrograms.FirstOrDefault(other => file.Root.HasAttribute(other.Attribute)).Program is { } name
            ? $" of {name}" : "";
        return file.Fail(
            "/", $"HDF5 data{program} that are no Keras model: {Listed(file.Root.Members.Keys, "an empty file")}; no attribute "
            + "layer_names or model_config, and no group vars",
            expected, "Read it by Hdf5File.");
    }

    private static FileFormatException Refuse(ZipReader archive, string expected)
    {
        string[] names = [.. archive.Members.Select(member => member.Name)];
        bool Has(string end) => Array.Exists(names, name => name == end || name.EndsWith("/" + end, StringComparison.Ordinal));
        string found = Has("data.pkl") && Has("constants.pkl") ? "a TorchScript archive, whose data.pkl is a program (pickle)"
            : Has("data.pkl") ? "a PyTorch archive, whose data.pkl is a program (pickle)"
            : Has("saved_model.pb") ? "a zip archive of a SavedModel"
            : $"a zip archive of {Listed(names, "nothing")}";
        return archive.Fail("/", found, expected,
            "Save the model with Keras as model.save(\"model.keras\"); extract an archive that holds one.");
    }

    private static string Listed(IEnumerable<string> names, string none)
    {
        string[] first = [.. names.Take(MaxShown + 1)];
        return first.Length == 0 ? none : string.Join(", ", first.Take(MaxShown)) + (first.Length > MaxShown ? ", ..." : "");
    }

    /// <summary>The JSON file in the same folder that names a file as a part of its weights.</summary>
    private static string? ManifestOf(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", name = Path.GetFileName(path);
        foreach (string other in Directory.EnumerateFiles(folder, "*.json").Take(MaxShown))
        {
            if (new FileInfo(other).Length < MaxManifestLength && File.ReadAllText(other, Encoding.UTF8) is var text
                && text.Contains("weightsManifest", StringComparison.Ordinal)
                && (text.Contains($"\"{name}\"", StringComparison.Ordinal) || text.Contains($"\"./{name}\"", StringComparison.Ordinal)))
            {
                return Path.GetFileName(other);
            }
        }

        return null;
    }

    /// <summary>A kind of file in words.</summary>
    public static string Found(FileKind kind) => kind switch
    {
        FileKind.Empty => "the file is empty",
        FileKind.Npy => "an array of NumPy (.npy)",
        FileKind.Pickle => "a pickle of Python, which is a program and is never executed",
        FileKind.PyTorch => "a PyTorch file of before version 1.6, which is a program (pickle) and is never executed",
        FileKind.GitLfsPointer => "the pointer that Git LFS leaves in place of the file",
        FileKind.Html => "a page of HTML, not a model: the download went wrong",
        FileKind.Gzip => "a file compressed by gzip",
        FileKind.Compressed => "a compressed file or archive (7z, bzip2, xz, zstd or rar)",
        FileKind.TensorFlowLite => "a model of TensorFlow Lite",
        FileKind.Onnx => "a model of ONNX",
        FileKind.CoreMl => "a model of Core ML",
        FileKind.Gguf => "a model of llama.cpp (GGUF)",
        FileKind.Darknet => "weights of Darknet",
        FileKind.Matlab => "data of MATLAB (.mat)",
        FileKind.SavedModelGraph => "the graph of a SavedModel (saved_model.pb)",
        FileKind.KerasMetadata => "the description of a SavedModel (keras_metadata.pb)",
        FileKind.FrozenGraph => "a graph of TensorFlow (GraphDef), such as a frozen one",
        FileKind.MetaGraph => "the graph of a checkpoint of TensorFlow 1 (.meta)",
        FileKind.EventLog => "a log of TensorBoard",
        FileKind.CheckpointState => "the list of the checkpoints in a folder (checkpoint)",
        FileKind.Yaml => "an architecture in YAML (model.to_yaml), which Keras itself gave up",
        FileKind.Tar => "a tar archive",
        FileKind.Safetensors => "weights of safetensors",
        FileKind.CheckpointIndex => "the index of a TensorFlow checkpoint under another extension than .index",
        FileKind.Image => "an image",
        FileKind.Pdf => "a PDF document",
        FileKind.Text => "a text file",
        _ => "a file of an unknown format",
    };

    private static string Advice(FileKind kind) => kind switch
    {
        FileKind.Empty => "Save the model again.",
        FileKind.GitLfsPointer => "Fetch the file itself by git lfs pull.",
        FileKind.Html => "Download the file itself.",
        FileKind.Gzip or FileKind.Tar or FileKind.Compressed => "Extract it first.",
        FileKind.Pickle => "Load it in Python, and save the model as model.save(\"model.keras\").",
        FileKind.TensorFlowLite or FileKind.Onnx or FileKind.CoreMl => "Use the Keras model that it was converted from.",
        FileKind.PyTorch or FileKind.Darknet or FileKind.Gguf or FileKind.Safetensors =>
            "Convert it in Python, and save the model as model.save(\"model.keras\").",
        FileKind.SavedModelGraph or FileKind.KerasMetadata => "Name the folder that holds it.",
        FileKind.FrozenGraph => "Call it by FrozenGraph.Load.",
        FileKind.MetaGraph or FileKind.CheckpointState =>
            "Name the checkpoint by its prefix, and load its weights into the model by LoadWeights.",
        FileKind.Yaml => "Load it in Python, and save model.to_json(), or build the model and load its weights.",
        _ => "Check that this is the file that Keras saved; save the model as model.save(\"model.keras\").",
    };
}
