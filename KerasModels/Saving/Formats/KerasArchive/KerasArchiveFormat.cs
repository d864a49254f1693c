using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Formats.Zip;
using TfLbfgs.IO;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Keras.Saving.Formats.ObjectTree;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Formats.KerasArchive;

/// <summary>
/// Whole models of Keras 3, and of Keras 2.12 and later: <c>.keras</c>, a zip archive of the configuration, the weights and the version.
/// Python: <c>keras.src.saving.saving_lib</c>.
/// </summary>
internal sealed class KerasArchiveFormat : IWritableModelFormat
{
    public const string FormatName = "Keras archive (.keras)";

    private const string ConfigMember = "config.json";
    private const string Metadata = "metadata.json";
    private const string Weights = "model.weights.h5";
    private const string WeightsOfNumPy = "model.weights.npz";
    private const string Assets = "assets/";
    private const string Vocabulary = "/vocabulary.txt";
    private const int MaxJsonLength = 256 << 20;
    private const string SaveAgain = "The archive is incomplete; save it again with Keras.";

    public string Name => FormatName;

    public bool HoldsModels => true;

    public bool HoldsWeightsAlone => false;

    public WeightNaming Naming => WeightNaming.Objects;

    public bool Matches(string path) => path.EndsWith(".keras", StringComparison.OrdinalIgnoreCase);

    public bool NamesModules => true;

    public ModelContents? TryRead(ModelSource source)
    {
        if (source.Zip is not { } archive || (archive.Find(ConfigMember) ?? archive.Find(Weights) ?? archive.Find(WeightsOfNumPy)) is null)
            return null;
        string? config = archive.Find(ConfigMember) is { } member ? Text(archive, member) : null;
        if (archive.Find(Weights) is not { } weights)
        {
            throw archive.Fail(
                Weights, archive.Find(WeightsOfNumPy) is null ? "no such member" : "weights in a NumPy archive (model.weights.npz)",
                    "the weights of the model in HDF5", SaveAgain);
        }

        Hdf5File file = source.Own(Hdf5File.Open(archive.OpenMember(weights), $"{source.Path}: {Weights}"));
        WeightNode root = ObjectTreeReader.Read(file, file.Root, "");
        return new ModelContents
        {
            FormatName = FormatName,
            ConfigJson = config,
            TrainingConfigJson = TrainingConfigOf(archive, config),
            IsArchiveTrainingConfig = true,
            KerasVersion = VersionOf(archive),
            Metadata = MetadataOf(archive),
            TrainingNodes = ObjectTreeReader.TakeTrainingState(root),
            Weights = root,
            Naming = WeightNaming.Objects,
            Vocabularies = archive.Members.Where(member => IsVocabulary(member.Name))
                .ToDictionary(
                    member => member.Name[Assets.Length..^Vocabulary.Length], member => Text(archive, member), StringComparer.Ordinal),
        };
    }

    public void Write(string path, ModelContents contents, SaveOptions options)
    {
        contents.Weights.Children.AddRange(contents.TrainingNodes.Select(Numbered));
        Hdf5GroupBuilder weights = ObjectTreeWriter.Build(path, contents.Weights);
        JsonObject config = JsonNode.Parse(contents.ConfigJson!,
            documentOptions: new JsonDocumentOptions { MaxDepth = ModelConfigReader.MaxDepth })!.AsObject();
        if (contents.TrainingConfigJson is { } training)
            config["compile_config"] = JsonNode.Parse(training);
        JsonObject metadata = new()
        {
            ["keras_version"] = contents.KerasVersion,
            ["date_saved"] = DateTime.UtcNow.ToString("yyyy-MM-dd@HH:mm:ss", CultureInfo.InvariantCulture),
        };
        if (contents.Metadata.Count > 0)
            metadata[MetadataText.Name] = JsonNode.Parse(MetadataText.Write(contents.Metadata)!);
        AtomicFile.Write(path, stream =>
        {
            // Stored without compression, as Keras does; the weights are streamed into their member.
            using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            Add(archive, Metadata, member => member.Write(Encoding.UTF8.GetBytes(metadata.ToJsonString())));
            Add(archive, ConfigMember, member => member.Write(Encoding.UTF8.GetBytes(config.ToJsonString(ModelConfigWriter.Format))));
            Add(archive, Weights, weights.WriteTo);
        }, options.FlushToDisk);
    }

    // Legacy files name the variables of an optimizer, these number them in the same order.
    private static WeightNode Numbered(WeightNode node)
    {
        WeightNode numbered = new(node.Name) { Label = node.Label };
        numbered.Arrays.AddRange(node.Arrays.Select((array, i) => array with { Name = i.ToString(CultureInfo.InvariantCulture) }));
        numbered.Children.AddRange(node.Children);
        return numbered;
    }

    private static void Add(ZipArchive archive, string name, Action<Stream> write)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        using Stream member = entry.Open();
        using BufferedStream buffered = new(member, 1 << 20);
        write(buffered);
    }

    private static string Text(ZipReader archive, ZipMember member)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(archive.ReadMember(member, MaxJsonLength));
        }
        catch (ArgumentException)
        {
            throw archive.Fail(member.Name, "bytes that are no UTF-8 text", "JSON", SaveAgain);
        }
    }

    private static bool IsVocabulary(string member) =>
        member.Length > Assets.Length + Vocabulary.Length && member.StartsWith(Assets, StringComparison.Ordinal)
            && member.EndsWith(Vocabulary, StringComparison.Ordinal);

    private static string? VersionOf(ZipReader archive) =>
        archive.Find(Metadata) is { } member && Parse(archive, member, Text(archive, member))
            .TryGetProperty("keras_version", out JsonElement version) && version.ValueKind == JsonValueKind.String
            ? version.GetString()
            : null;

    private static IReadOnlyDictionary<string, string> MetadataOf(ZipReader archive)
    {
        if (archive.Find(Metadata) is not { } member || !Parse(archive, member, Text(archive, member))
            .TryGetProperty(MetadataText.Name, out JsonElement texts))
            return new Dictionary<string, string>();
        return MetadataText.Read(texts)
            ?? throw archive.Fail(member.Name, $"{MetadataText.Name} that is no object of texts", "one", SaveAgain);
    }

    private static string? TrainingConfigOf(ZipReader archive, string? config)
    {
        if (config is null)
            return null;
        JsonElement root = Parse(archive, archive.Find(ConfigMember)!, config);
        return root.TryGetProperty("compile_config", out JsonElement compile) && compile.ValueKind == JsonValueKind.Object
            && compile.EnumerateObject().Any() ? compile.GetRawText() : null;
    }

    private static JsonElement Parse(ZipReader archive, ZipMember member, string text)
    {
        try
        {
            using var document = PythonJson.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone()
                : throw archive.Fail(member.Name, "JSON that is no object", "a JSON object", SaveAgain);
        }
        catch (JsonException e)
        {
            throw archive.Fail(member.Name, $"not valid JSON: {e.Message.TrimEnd('.')}", "JSON", SaveAgain);
        }
    }
}
