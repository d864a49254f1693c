using System.Text;
using System.Text.Json;
using TfLbfgs.Formats;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Keras.Saving.Formats.Checkpoint;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Formats.SavedModel;

/// <summary>
/// Reads the SavedModels of Keras 2: the architecture from <c>keras_metadata.pb</c>, or before TensorFlow 2.5 from <c>saved_model.pb</c>,
/// and the weights from the checkpoint in <c>variables</c>. Their functions are not looked at. Python:
/// <c>tf.keras.models.load_model(folder)</c>.
/// </summary>
internal sealed class SavedModelFormat : IModelFormat
{
    public const string FormatName = "SavedModel";

    private const string Graph = "saved_model.pb";
    private const string Metadata = "keras_metadata.pb";
    private const int MaxLength = 1 << 30;
    private const string SaveAgain = "The SavedModel is incomplete or damaged; copy or save all of it again.";

    public string Name => FormatName;

    public ModelContents? TryRead(ModelSource source)
    {
        // Also where a part is missing.
        string folder = source.Path;
        if (source.Kind != FileKind.Folder
            || !((string[])[Graph, Metadata, "variables/variables.index"]).Any(part => File.Exists(Path.Combine(folder, part))))
            return null;
        if (!File.Exists(Path.Combine(folder, Graph)))
            throw new FileFormatException(Path.Combine(folder, Graph), "/", "no such file", "the graph of a SavedModel", SaveAgain);
        if (File.Exists(Path.Combine(folder, Metadata)))
            CheckGraph(Path.Combine(folder, Graph));
        string? config = ReadConfig(folder);
        return CheckpointReader.Read(source,
            Path.Combine(folder, "variables", "variables")) with
        { FormatName = FormatName, ConfigJson = config };
    }

    // Where the description is a file of its own the graph is not read: what is damaged or left out by Git LFS would not be noticed.
    private static void CheckGraph(string path)
    {
        FileKind kind = FileProbe.Recognize(path);
        if (kind == FileKind.SavedModelGraph)
            return;
        string found = kind is FileKind.Unknown or FileKind.FrozenGraph or FileKind.MetaGraph or FileKind.Text ? "no whole graph" : NoModel.Found(kind);
        throw new FileFormatException(path, "/", found, "the graph of a SavedModel",
            "Copy or save all of the SavedModel again; its weights alone are the checkpoint variables/variables.");
    }

    private static string? ReadConfig(string folder)
    {
        string metadata = Path.Combine(folder, Metadata);
        bool hasMetadata = File.Exists(metadata);
        string path = hasMetadata ? metadata : Path.Combine(folder, Graph);
        byte[] bytes = ReadAll(path);
        try
        {
            string? json = hasMetadata ? KerasMetadataReader.Read(bytes) : OfGraph(bytes);
            return json is not null && IsModel(json) ? json : null;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InsufficientExecutionStackException)
        {
            throw new FileFormatException(path, "/", e.Message.TrimEnd('.'), "the description of a Keras model", SaveAgain, e);
        }
    }

    private static byte[] ReadAll(string path)
    {
        FileInfo info = new(path);
        if (info.Length > MaxLength)
            throw new FileFormatException(path, "/", $"a file of {info.Length} bytes", $"at most {MaxLength}",
                "Save the model as model.save(\"model.keras\").");
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(path, "/", $"the file cannot be read: {e.Message.TrimEnd('.')}", "a readable file",
                "Check its permissions and the disk.", e);
        }
    }

    /// <summary>
    /// SavedModel: meta graphs (2), their objects (7), nodes (1), of which the first is the model: user object (4), JSON (3).
    /// </summary>
    private static string? OfGraph(ReadOnlySpan<byte> message) =>
        First(message, 2) is { } graph && First(graph, 7) is { } objects && First(objects, 1) is { } root && First(root, 4) is { } user
            && First(user, 3) is { } json
            ? KerasMetadataReader.WithoutTuples(Encoding.UTF8.GetString(json))
            : null;

    private static byte[]? First(ReadOnlySpan<byte> message, int field)
    {
        // Read to the end, so that a file that was cut is noticed.
        byte[]? found = null;
        ProtoReader reader = new(message);
        while (reader.Read())
        {
            if (reader.Field == field && found is null)
                found = reader.Bytes.ToArray();
        }

        return found;
    }

    private static bool IsModel(string json)
    {
        using var document = PythonJson.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("class_name", out JsonElement name) && name.ValueKind == JsonValueKind.String
            && document.RootElement.TryGetProperty("config", out JsonElement config) && config.ValueKind == JsonValueKind.Object;
    }
}
