using System.Text.Json;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Data;

/// <summary>What was done to the columns before training: a small JSON file beside the model, <c>model.h5.scaling.json</c>. Its form is documented in docs/cli.md.</summary>
/// <param name="Inputs">The input columns, in the order of the model's inputs.</param>
/// <param name="Targets">The target columns; where targets were left as they are, mean 0 and scale 1.</param>
internal sealed record Scaling(ColumnScaling Inputs, ColumnScaling Targets)
{
    private const int Version = 1;
    private const int MostBytes = 1 << 26;

    /// <summary>The scaling file of a model.</summary>
    public static string PathFor(string model) => model + ".scaling.json";

    /// <summary>Reads the scaling beside a model; null where there is none.</summary>
    /// <exception cref="TfLbfgsException">The file is damaged or of another version.</exception>
    public static Scaling? Find(string model)
    {
        string path = PathFor(model);
        if (!File.Exists(path))
            return null;
        if (new FileInfo(path).Length > MostBytes)
            throw Damaged(path, $"a file of at most {MostBytes} bytes", $"{new FileInfo(path).Length}");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (!root.TryGetProperty("version", out JsonElement version) || !version.TryGetInt32(out int number) || number != Version)
                throw Damaged(path, $"\"version\": {Version}", root.TryGetProperty("version", out version) ? version.GetRawText() : "no version");
            return new Scaling(Columns(root, "inputs", path), Columns(root, "targets", path));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Damaged(path, "the JSON object that refine --standardize writes", e.Message);
        }
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
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out JsonElement part) || part.ValueKind != JsonValueKind.Object)
            throw Damaged(path, $"an object \"{name}\"", "none");
        string[] columns = [.. List(part, name, "columns", path).Select(item => item.GetString() ?? throw Damaged(path, $"names in \"{name}.columns\"", "null"))];
        double[] mean = [.. List(part, name, "mean", path).Select(item => item.GetDouble())];
        double[] scale = [.. List(part, name, "scale", path).Select(item => item.GetDouble())];
        if (columns.Length == 0 || mean.Length != columns.Length || scale.Length != columns.Length)
            throw Damaged(path, $"as many means and scales as columns in \"{name}\", at least one", $"{columns.Length} columns, {mean.Length} means, {scale.Length} scales");
        if (scale.Any(s => !(s > 0) || !double.IsFinite(s)) || mean.Any(m => !double.IsFinite(m)))
            throw Damaged(path, $"finite means and scales above 0 in \"{name}\"", "others");
        return new ColumnScaling(columns, mean, scale);
    }

    private static JsonElement.ArrayEnumerator List(JsonElement part, string name, string list, string path) =>
        part.TryGetProperty(list, out JsonElement array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : throw Damaged(path, $"a list \"{name}.{list}\"", "none");

    private static TfLbfgsException Damaged(string path, string expected, string received) =>
        new($"{path}: expected {expected}, received {received.ReplaceLineEndings(" ")}. Write it anew with refine --standardize, or remove it to use the model without scaling.");
}
