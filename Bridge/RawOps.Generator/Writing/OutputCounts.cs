using System.Globalization;
using TfLbfgs.RawOpsGenerator.Model;

namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>Writes how many tensors an op returns, and which of them belong to which output.</summary>
internal sealed class OutputCounts(OpModel op)
{
    /// <summary>A name for a local variable that no parameter has.</summary>
    public string Local(string name)
    {
        while (op.Inputs.Any(i => i.Name == name) || op.Attributes.Any(a => a.Name == name))
            name += "_";
        return name;
    }

    /// <summary>Writes one local variable for each attribute that counts outputs.</summary>
    public void WriteLocals(SourceBuilder source)
    {
        foreach (string attribute in op.Outputs.Where(o => o.IsList).Select(o => o.CountAttribute).Distinct(StringComparer.Ordinal))
            source.Line(2, $"int {CountLocal(attribute)} = {Expression(attribute)};");
    }

    /// <summary>The number of all output tensors.</summary>
    /// <param name="inline">Whether to compute it in place instead of from the local variables.</param>
    public string Total(bool inline) =>
        Sum(op.Outputs.Count(o => !o.IsList),
            [.. op.Outputs.Where(o => o.IsList).Select(o => inline ? Expression(o.CountAttribute) : CountLocal(o.CountAttribute))]);

    /// <summary>For each output the expression that takes it from the array of all; evaluated in this order.</summary>
    /// <param name="results">The local variable that holds the array.</param>
    /// <param name="next">The local variable that holds the position reached.</param>
    public IEnumerable<string> Slices(string results, string next)
    {
        if (op.Outputs.All(o => !o.IsList))
            return op.Outputs.Select((_, i) => $"{results}[{i.ToString(CultureInfo.InvariantCulture)}]");

        return op.Outputs.Select(o => o.IsList
            ? $"RawOpArguments.Take({results}, ref {next}, {CountLocal(o.CountAttribute)})" : $"{results}[{next}++]");
    }

    private string CountLocal(string attribute) => Local(Naming.Parameter(attribute) + "Length");

    // How many tensors an attribute stands for: the length of the list that determines it, or the explicit number or list.
    private string Expression(string attribute)
    {
        if (op.InferredFrom(attribute) is { } input)
            return $"RawOpArguments.Length({Naming.Escape(input.Name)})";

        AttributeModel counting = op.Attributes.First(a => a.Definition.Name == attribute);
        string name = Naming.Escape(counting.Name);
        if (!counting.Type.IsList)
            return $"RawOpArguments.Length({name}, minimum: {counting.Definition.Minimum.ToString(CultureInfo.InvariantCulture)})";
        if (!counting.HasDefault)
            return $"RawOpArguments.Length({name})";

        return counting.Definition.DefaultValue.List is null or { Type.Count: 0 }
            ? $"{name}?.Count ?? 0"
            : throw new GeneratorException($"Expected the default of {op.Name}.{attribute} to be an empty list, since it counts outputs. "
                + "Teach OutputCounts other defaults.");
    }

    private static string Sum(int single, List<string> lists) =>
        string.Join(" + ", single > 0 || lists.Count == 0 ? [single.ToString(CultureInfo.InvariantCulture), .. lists] : lists);
}
