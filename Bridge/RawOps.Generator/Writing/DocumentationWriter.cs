using TfLbfgs.RawOpsGenerator.Model;
using TfLbfgs.RawOpsGenerator.Protos;

namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>Writes the documentation comments of an op's method and of its outputs record.</summary>
internal sealed class DocumentationWriter(OpModel op)
{
    private readonly ArgumentText _text = new(op);

    /// <summary>Writes the comment of the method.</summary>
    public void WriteMethod(SourceBuilder source)
    {
        (string summary, string[] paragraphs) = SplitDescription();
        Element(source, "summary", op.SummaryOverride ?? summary);
        foreach (InputModel input in op.Inputs)
            Element(source, $"param name=\"{input.Name}\"", _text.Input(input));
        foreach (AttributeModel attribute in op.AttributeParameters)
            Element(source, $"param name=\"{attribute.Name}\"", ArgumentText.Attribute(attribute));
        if (op.Outputs.Count == 1)
            Element(source, "returns", $"{op.Outputs[0].Definition.Name}: {Lowered(_text.Output(op.Outputs[0]))}");
        else if (op.Outputs.Count > 1)
            Element(source, "returns", "The outputs by name.");
        WriteRemarks(source, paragraphs);
    }

    /// <summary>Writes the comment of the outputs record.</summary>
    public void WriteOutputs(SourceBuilder source)
    {
        source.Line(1, $"/// <summary>The outputs of <see cref=\"{op.Name}\"/>.</summary>");
        foreach (OutputModel output in op.Outputs)
            Element(source, $"param name=\"{output.Name}\"", _text.Output(output));
    }

    /// <summary>Makes text safe inside a documentation comment.</summary>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    private void WriteRemarks(SourceBuilder source, string[] paragraphs)
    {
        List<string> remarks = [.. paragraphs];
        if (op.Definition.Deprecation is { } deprecation)
            remarks.Add($"Deprecated since graph version {deprecation.Version}: {Sentence(deprecation.Explanation)}");
        if (op.Definition.IsStateful)
            remarks.Add("Stateful: it acts on something that outlives the call, or gives another result each time.");
        if (op.Definition.IsCommutative)
            remarks.Add("Commutative: the order of the inputs does not matter.");

        string python = $"Python: <c>tf.raw_ops.{op.Name}</c>.";
        if (remarks.Count == 0)
        {
            source.Line(1, $"/// <remarks>{python}</remarks>");
            return;
        }

        source.Line(1, "/// <remarks>");
        foreach (string remark in remarks)
            source.Line(1, $"/// <para>{Escape(remark)}</para>");
        source.Line(1, $"/// <para>{python}</para>");
        source.Line(1, "/// </remarks>");
    }

    // A definition's first line is its summary wherever the sentence ends, so a sentence that goes on is put together again.
    private (string Summary, string[] Paragraphs) SplitDescription()
    {
        OpDef definition = op.Definition;
        string summary = OneLine(definition.Summary);
        if (summary.Length == 0)
            return ($"Runs the op {op.Name}.", []);

        string[] paragraphs = [.. definition.Description.Split("\n\n").Select(OneLine).Where(p => p.Length > 0)];
        if (summary.EndsWith('.') || paragraphs.Length == 0)
            return (Sentence(summary), paragraphs);

        return (Sentence($"{summary} {paragraphs[0]}"), paragraphs[1..]);
    }

    private static void Element(SourceBuilder source, string tag, string text) =>
        source.Line(1, $"/// <{tag}>{Escape(text)}</{tag.Split(' ')[0]}>");

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Sentence(string text)
    {
        string trimmed = text.TrimEnd('.', ' ');
        return trimmed + ".";
    }

    private static string Lowered(string text) => text.StartsWith("A ", StringComparison.Ordinal) ? "a " + text[2..] : text;
}
