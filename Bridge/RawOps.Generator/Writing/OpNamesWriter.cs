using TfLbfgs.RawOpsGenerator.Model;

namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>Writes the names of the ops as constants.</summary>
internal static class OpNamesWriter
{
    /// <summary>
    /// Makes the file: every op but the internal ones, so that a gradient rule can be written for those without a method too.
    /// </summary>
    public static GeneratedFile Write(OpCatalog catalog)
    {
        IEnumerable<string> names = catalog.Ops.Select(op => op.Name).Concat(catalog.LeftOut.Select(op => op.Name))
            .Where(name => name[0] != '_').Order(StringComparer.Ordinal);
        SourceBuilder source = FileWriter.Begin(catalog);
        source.Line(0, "#nullable enable");
        source.Line();
        source.Line(0, "namespace TfLbfgs;");
        source.Line();
        source.Line(0, "/// <summary>The names of TensorFlow's ops.</summary>");
        source.Line(0, "public static class OpNames");
        source.Line(0, "{");
        foreach (string name in names)
        {
            source.Line(1, $"/// <summary>The op {name}.</summary>");
            source.Line(1, $"public const string {Naming.Escape(name)} = \"{name}\";");
        }

        source.Line(0, "}");
        return new GeneratedFile("OpNames.g.cs", source.ToString());
    }
}
