using TfLbfgs.RawOpsGenerator.Model;

namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>Writes the attributes of the ops as typed keys with their defaults.</summary>
internal static class OpAttributesWriter
{
    /// <summary>Makes the files.</summary>
    public static IReadOnlyList<GeneratedFile> Write(OpCatalog catalog)
    {
        List<SourceBuilder> parts = [new SourceBuilder()];
        foreach (OpModel op in catalog.Ops)
        {
            SourceBuilder nested = new();
            WriteOp(op, nested);
            if (parts[^1].LineCount + nested.LineCount > FileWriter.MaximumLines - 20)
                parts.Add(new SourceBuilder());
            parts[^1].Append(nested);
        }

        return [.. parts.Select((part, i) => new GeneratedFile($"OpAttributes.{i + 1}.g.cs", Wrap(catalog, part, first: i == 0)))];
    }

    private static string Wrap(OpCatalog catalog, SourceBuilder part, bool first)
    {
        SourceBuilder source = FileWriter.Begin(catalog);
        source.Line(0, "#nullable enable");
        source.Line();
        source.Line(0, "using TfLbfgs.Runtime;");
        source.Line(0, "using TfLbfgs.Tensors;");
        source.Line();
        source.Line(0, "namespace TfLbfgs;");
        source.Line();
        if (first)
            source.Line(0, "/// <summary>The attributes of TensorFlow's ops that their inputs do not determine: a class for each op, a "
                + "key for each attribute.</summary>");
        source.Line(0, "public static partial class OpAttributes");
        source.Line(0, "{");
        source.Append(part);
        source.Line(0, "}");
        return source.ToString();
    }

    private static void WriteOp(OpModel op, SourceBuilder source)
    {
        // A tensor has no constant that could stand for a default, and no rule reads one.
        AttributeModel[] attributes = [.. op.Attributes.Where(a => a.Type.Kind != "tensor")];
        if (attributes.Length == 0)
            return;
        source.Line(1, $"/// <summary>Attributes of {op.Name}.</summary>");
        source.Line(1, $"public static class {Naming.Escape(op.Name)}");
        source.Line(1, "{");
        foreach (AttributeModel attribute in attributes)
        {
            string name = attribute.Definition.Name;
            string type = TypeName(attribute.Type);
            string arguments = attribute.HasDefault ? $"\"{name}\", {Default(attribute)}" : $"\"{name}\"";
            source.Line(2, $"/// <summary><c>{name}</c>. {DocumentationWriter.Escape(ArgumentText.Attribute(attribute))}</summary>");
            source.Line(2, $"public static AttributeKey<{type}> {Property(op, name)} => new({arguments});");
        }

        source.Line(1, "}");
    }

    // A member must not have the name of its class.
    private static string Property(OpModel op, string name) =>
        Naming.Property(name) is var property && property == op.Name ? property + "Attribute" : property;

    // The op Shape hides the type of that name.
    private static string TypeName(AttributeType type)
    {
        string element = type.Kind == "shape" ? "Tensors.Shape" : type.ElementName;
        return type.IsList ? $"IReadOnlyList<{element}{(type.Kind == "shape" ? "?" : "")}>" : element;
    }

    private static string Default(AttributeModel attribute) =>
        Literals.Default(attribute) is "null" ? "Tensors.Shape.Unknown" : Literals.Default(attribute);
}
