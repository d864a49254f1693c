using System.Text.Json;
using System.Text.RegularExpressions;
using TfLbfgs.Graphs;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.RawOperations;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Runtime;

/// <summary>Invalid calls: each gives the recorded status, with op, shapes and TensorFlow's text in the exception.</summary>
[Trait("Category", "Reference")]
public sealed class ErrorCasesTests : LeakChecked
{
    // More than any op of the cases has; the native call says how many there are.
    private const int Outputs = 8;

    [Fact]
    public void Execute_EveryInvalidCall_GivesTheRecordedStatus()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(ReferenceRoot.Require("ops", "error_cases.json")));
        ReferenceReport report = new("ops/error_cases");
        foreach (JsonElement entry in document.RootElement.GetProperty("entries").EnumerateArray())
        {
            if (entry.GetProperty("mode").GetString() is "eager" or "graph")
                report.Check(entry.GetProperty("id").GetString()!, () => Check(entry));
            else
                report.Skip();
        }

        report.Finish();
    }

    private static void Check(JsonElement entry)
    {
        using TensorScope scope = new();
        int code = entry.GetProperty("code").GetInt32();
        Action run = entry.GetProperty("mode").GetString() == "eager" ? () => RunEagerly(entry) : () => RunInAGraph(entry);
        // Known difference: with two lists the native inference takes the dtype of the wrong one and refuses a valid call; nothing is left
        // to it here.
        bool isInferredWrongly = entry.GetProperty("op").GetString() == "DynamicStitch"
            && entry.TryGetProperty("substring", out JsonElement text)
            && text.GetString()!.StartsWith("cannot compute", StringComparison.Ordinal);
        if (code == 0 || isInferredWrongly)
        {
            run();
            return;
        }

        TfStatusException e = Assert.Throws<TfStatusException>(run);
        Assert.Equal(code, (int)e.Code);
        string expected = entry.GetProperty("substring").GetString()!, received = AsRecorded(e.NativeMessage);

        // Known difference: once TensorFlow has the kernel of an op for these dtypes, it counts the inputs against the kernel, in other
        // words. Which it is depends on the calls before.
        Match count = Regex.Match(expected, @"^NodeDef expected inputs '([^']*)' do not match (\d+) inputs specified");
        if (count.Success && received.StartsWith("expected ", StringComparison.Ordinal))
            expected = $"expected {count.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Length} inputs, got "
                + $"{count.Groups[2].Value}";
        Assert.Contains(expected, received, StringComparison.Ordinal);
        Assert.Equal(entry.GetProperty("op").GetString(), e.Op);
        Assert.Contains(e.Op, e.Message, StringComparison.Ordinal);
        if (entry.TryGetProperty("inputs", out JsonElement inputs) && inputs.GetArrayLength() > 0)
            Assert.Contains("(", e.Inputs, StringComparison.Ordinal);
    }

    /// <summary>With the names that the nodes had when the messages were recorded.</summary>
    private static string AsRecorded(string message) =>
        Regex.Replace(Regex.Replace(message, @"\{\{node \w+\}\}", "{{node probe}}"), @"\bPlaceholder_(\d+)", "p$1");

    private static void RunEagerly(JsonElement entry)
    {
        Operation operation = new(entry.GetProperty("op").GetString()!, Outputs);
        JsonElement[] inputs = [.. entry.GetProperty("inputs").EnumerateArray()];
        foreach (JsonElement input in inputs)
        {
            if (input.ValueKind == JsonValueKind.Array)
                operation.InputList([.. input.EnumerateArray().Select(ReferenceTensor.Read)]);
            else
                operation.Input(ReferenceTensor.Read(input));
        }

        AddAttributes(operation, entry);
        if (inputs.Count(input => input.ValueKind == JsonValueKind.Array) > 1)
        {
            // With two lists nothing is inferred; the generated methods give these, too.
            operation.Attribute("N", (long)inputs[0].GetArrayLength());
            if (!entry.GetProperty("attrs").TryGetProperty("T", out _))
                operation.Attribute("T", ReferenceTensor.DTypeOf(inputs[^1][0]));
        }

        // Device.Use would refuse an unknown device before the native call does.
        string? former = entry.TryGetProperty("device", out JsonElement device) ? Device.Exchange(device.GetString()) : Device.Current;
        try
        {
            operation.Execute();
        }
        finally
        {
            Device.Exchange(former);
        }
    }

    private static void RunInAGraph(JsonElement entry)
    {
        using GraphBuilder graph = new();
        GraphOutput[] inputs = [.. entry.GetProperty("placeholders").EnumerateArray().Select(p =>
            graph.AddPlaceholder(ReferenceTensor.DTypeOf(p),
                Shape.Create(
                [.. p.GetProperty("shape").EnumerateArray().Select(d => d.ValueKind == JsonValueKind.Null ? -1 : d.GetInt64())])))];
        Operation operation = new(entry.GetProperty("op").GetString()!, Outputs);
        AddAttributes(operation, entry);
        graph.AddNode(operation, inputs, null, []);
    }

    private static void AddAttributes(Operation operation, JsonElement entry)
    {
        foreach (JsonProperty attribute in entry.GetProperty("attrs").EnumerateObject())
        {
            _ = attribute.Value.ValueKind switch
            {
                JsonValueKind.Number => operation.Attribute(attribute.Name, attribute.Value.GetInt64()),
                JsonValueKind.String => operation.Attribute(attribute.Name, attribute.Value.GetString()!),
                JsonValueKind.True or JsonValueKind.False => operation.Attribute(attribute.Name, attribute.Value.GetBoolean()),
                JsonValueKind.Array =>
                    operation.Attribute(attribute.Name,
                    (IReadOnlyList<long>)[.. attribute.Value.EnumerateArray().Select(v => v.GetInt64())]),
                _ => operation.Attribute(attribute.Name,
                    DTypeFacts.FromPythonName(attribute.Value.GetProperty("type").GetString()!)!.Value),
            };
        }
    }
}
