using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Notebooks;

/// <summary>A notebook of the repository, in Jupyter's format 4.5.</summary>
internal sealed class Notebook
{
    // As Jupyter writes it, so that a notebook saved there differs only where something was changed.
    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;

    public Notebook(string name)
    {
        _path = Path.Combine(Checkout.Root, "notebooks", name);
        Root = JsonNode.Parse(File.ReadAllText(_path))!.AsObject();
        CodeCells = [.. Root["cells"]!.AsArray().Where(cell => (string)cell!["cell_type"]! == "code")
            .Select(cell => new NotebookCell(cell!.AsObject()))];
    }

    /// <summary>The whole document.</summary>
    public JsonObject Root { get; }

    /// <summary>The cells that run.</summary>
    public IReadOnlyList<NotebookCell> CodeCells { get; }

    /// <summary>Bytes of the file.</summary>
    public long Size => new FileInfo(_path).Length;

    /// <summary>Writes the document.</summary>
    public void Save() => File.WriteAllText(_path, Root.ToJsonString(Format) + "\n");
}

/// <summary>A cell of code with its stored outputs.</summary>
internal sealed class NotebookCell(JsonObject cell)
{
    /// <summary>Its name in the document.</summary>
    public string Id => (string)cell["id"]!;

    /// <summary>Its number in the order of running; null when it has not run.</summary>
    public int? ExecutionCount => (int?)cell["execution_count"];

    /// <summary>The code.</summary>
    public string Source => Join(cell["source"]!);

    /// <summary>What it printed when the outputs were stored.</summary>
    public string Printed => string.Concat(Outputs("stream").Select(output => Join(output["text"]!)));

    /// <summary>The pictures that it showed then, as PNG files.</summary>
    public IReadOnlyList<byte[]> Pictures =>
        [.. Outputs("display_data").Select(output => Convert.FromBase64String((string)output["data"]!["image/png"]!))];

    /// <summary>Stores outputs in place of the former ones.</summary>
    public void Store(int executionCount, string printed, IReadOnlyList<(string MediaType, string Content)> displayed)
    {
        cell["execution_count"] = executionCount;
        JsonArray outputs = [];
        if (printed.Length > 0)
            outputs.Add(new JsonObject
            {
                ["name"] = "stdout",
                ["output_type"] = "stream",
                ["text"] = new JsonArray([.. Lines(printed).Select(line => (JsonNode)line)])
            });
        foreach ((string mediaType, string content) in displayed)
            outputs.Add(new JsonObject
            {
                ["data"] = new JsonObject { [mediaType] = content },
                ["metadata"] = new JsonObject(),
                ["output_type"] = "display_data"
            });
        cell["outputs"] = outputs;
    }

    private IEnumerable<JsonNode> Outputs(string type) =>
        cell["outputs"]!.AsArray().Select(output => output!).Where(output => (string)output["output_type"]! == type);

    private static string Join(JsonNode text) =>
        text is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)text!;

    private static IEnumerable<string> Lines(string text)
    {
        for (int start = 0, next; start < text.Length; start = next)
        {
            next = text.IndexOf('\n', start) is var end and >= 0 ? end + 1 : text.Length;
            yield return text[start..next];
        }
    }
}
