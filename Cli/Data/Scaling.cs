using System.Text;
using System.Text.Json;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Data;

/// <summary>
/// What was done to the columns before training. It stands in the file of the model, and for people in a small JSON file next to it,
/// <c>model.h5.scaling.json</c>. The form is documented in docs/cli.md.
/// </summary>
/// <param name="Inputs">The input columns, in the order of the model's inputs.</param>
/// <param name="Targets">The target columns; where targets were left as they are, mean 0 and scale 1.</param>
internal sealed record Scaling(ColumnScaling Inputs, ColumnScaling Targets)
{
    private const int Version = 1;
    private const int MostBytes = 1 << 26;

    /// <summary>Where a new scaling comes from, in words.</summary>
    public static string OriginOf(bool standardize) => standardize ? "mean 0 and standard deviation 1, from the training rows" : "none";

    /// <summary>Mean 0 and standard deviation 1 on the training rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="scalesTargets">Whether targets are scaled, too.</param>
    public static Scaling Fit(TrainingData data, bool scalesTargets) => new(
        ColumnScaling.Fit(data.InputColumns, data.Inputs),
        scalesTargets ? ColumnScaling.Fit(data.TargetColumns, data.Targets) : ColumnScaling.Identity(data.TargetColumns));

    /// <summary>The scaling file of a model.</summary>
    public static string PathFor(string model) => model + ".scaling.json";

    /// <summary>Reads the scaling file of a model; null where there is none.</summary>
    /// <exception cref="TfLbfgsException">The file cannot be read, is damaged or of another version.</exception>
    public static Scaling? Find(string model)
    {
        string path = PathFor(model);
        FileEntry kind = FileIdentity.Of(path).Kind;
        if (kind == FileEntry.None && new FileInfo(path).LinkTarget is null)
            return null;
        if (kind != FileEntry.File)
            throw Damaged(path, "a file",
                kind switch { FileEntry.None => "a link that leads to nothing", FileEntry.Folder => "a folder", _ => "a device" });
        if (new FileInfo(FileIdentity.FinalPath(path)).Length is var length && length > MostBytes)
            throw Damaged(path, $"a file of at most {MostBytes} bytes", $"{length}");
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads the JSON.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="TfLbfgsException">It is damaged or of another version.</exception>
    public static Scaling Parse(ReadOnlyMemory<byte> json, string place)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (!root.TryGetProperty("version", out JsonElement version) || !version.TryGetInt32(out int number) || number != Version)
                throw Damaged(place, $"\"version\": {Version}", root.TryGetProperty("version", out version)
                    ? version.GetRawText() : "no version");
            return new Scaling(Columns(root, "inputs", place), Columns(root, "targets", place));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Damaged(place, "the JSON object that refine --standardize writes", e.Message);
        }
    }

    /// <summary>The scaling as JSON, with line breaks.</summary>
    public string ToJson()
    {
        using MemoryStream stream = new();
        Write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes the file.</summary>
    public void Write(Stream stream)
    {
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, Encoder = JsonText.Encoder }))
            Write(writer);
        stream.WriteByte((byte)'\n');
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        Write(writer, "inputs", Inputs);
        Write(writer, "targets", Targets);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, ColumnScaling scaling)
    {
        writer.WriteStartObject(name);
        writer.WriteStartArray("columns");
        foreach (string column in scaling.Columns)
            writer.WriteStringValue(column);
        writer.WriteEndArray();
        Write(writer, "mean", scaling.Mean);
        Write(writer, "scale", scaling.Scale);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<double> values)
    {
        writer.WriteStartArray(name);
        foreach (double value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private static ColumnScaling Columns(JsonElement root, string name, string path)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out JsonElement part)
            || part.ValueKind != JsonValueKind.Object)
            throw Damaged(path, $"an object \"{name}\"", "none");
        string[] columns =
            [.. List(part, name, "columns", path)
            .Select(item => item.GetString() ?? throw Damaged(path, $"names in \"{name}.columns\"", "null"))];
        double[] mean = [.. List(part, name, "mean", path).Select(item => item.GetDouble())];
        double[] scale = [.. List(part, name, "scale", path).Select(item => item.GetDouble())];
        if (columns.Length == 0 || mean.Length != columns.Length || scale.Length != columns.Length)
            throw Damaged(path, $"as many means and scales as columns in \"{name}\", at least one",
                $"{columns.Length} columns, {mean.Length} means, {scale.Length} scales");
        HashSet<string> seen = new(StringComparer.Ordinal);
        if (Array.Find(columns, column => !seen.Add(column)) is { } twice)
            throw Damaged(path, $"different names in \"{name}.columns\"", $"{TerminalText.Quote([twice])} twice");
        if (scale.Any(s => !(s > 0) || !double.IsFinite(s)) || mean.Any(m => !double.IsFinite(m)))
            throw Damaged(path, $"finite means and scales above 0 in \"{name}\"", "others");
        return new ColumnScaling(columns, mean, scale);
    }

    private static JsonElement.ArrayEnumerator List(JsonElement part, string name, string list, string path) =>
        part.TryGetProperty(list, out JsonElement array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray()
            : throw Damaged(path, $"a list \"{name}.{list}\"", "none");

    private static TfLbfgsException Damaged(string path, string expected, string received) => new(
        $"{path}: expected {expected}, received {TerminalText.OneLine(received)}. Write it anew with refine --standardize, or remove it "
        + "to use the model without it.");
}
