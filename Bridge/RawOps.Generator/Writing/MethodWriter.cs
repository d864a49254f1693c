using TfLbfgs.RawOpsGenerator.Model;
using TfLbfgs.RawOpsGenerator.Protos;

namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>Writes the method of an op, and the record of its outputs where there are several.</summary>
internal sealed class MethodWriter(OpModel op)
{
    private const int MaximumLineLength = 180;

    private readonly DocumentationWriter _documentation = new(op);
    private readonly OutputCounts _counts = new(op);

    /// <summary>Writes documentation, method and record.</summary>
    public void Write(SourceBuilder source)
    {
        _documentation.WriteMethod(source);
        source.Line(1, $"[RawOp(\"{op.Name}\")]");
        if (HasBody)
        {
            WriteList(source, 1, $"public static {ReturnType} {op.Name}", Parameters(), "");
            WriteBody(source);
        }
        else
        {
            WriteList(source, 1, $"public static {ReturnType} {op.Name}", Parameters(), " =>");
            WriteChain(source, "", _counts.Total(inline: true), op.Outputs[0].IsList ? ".Execute();" : ".Execute()[0];");
        }

        if (op.Outputs.Count < 2)
            return;

        source.Line();
        _documentation.WriteOutputs(source);
        WriteList(source, 1, $"public sealed record {RecordName}",
            op.Outputs.Select(o => $"{(o.IsList ? "IReadOnlyList<Tensor>" : "Tensor")} {o.Name}"), ";");
    }

    private string RecordName => op.Name + "Outputs";

    private string ReturnType => op.Outputs switch
    {
        [] => "void",
        [{ IsList: true }] => "Tensor[]",
        [_] => "Tensor",
        _ => RecordName,
    };

    // A tensor has no constant that could stand for the default, so the attribute is left to the library where none is given.
    private IEnumerable<AttributeModel> TensorsWithDefault => op.Attributes.Where(a => a.Type.Kind == "tensor" && a.HasDefault);

    private bool HasBody => op.Outputs.Count != 1 || op.ListsOfEqualLength.Any() || TensorsWithDefault.Any();

    private IEnumerable<string> Parameters()
    {
        foreach (InputModel input in op.Inputs)
            yield return $"{Renamed(input.IsRenamed, input.Definition.Name)}{(input.IsList ? "IReadOnlyList<Tensor>" : "Tensor")} "
                + $"{Naming.Escape(input.Name)}";

        foreach (AttributeModel attribute in op.AttributeParameters)
        {
            string name = Renamed(attribute.IsRenamed, attribute.Definition.Name);
            yield return attribute.HasDefault
                ? $"{name}{attribute.Type.OptionalName} {Naming.Escape(attribute.Name)} = {(attribute.Type.DefaultIsNull ? "null" : Literals.Default(attribute))}"
                : $"{name}{attribute.Type.RequiredName} {Naming.Escape(attribute.Name)}";
        }
    }

    private static string Renamed(bool isRenamed, string definitionName) => isRenamed ? $"[RawOpArgument(\"{definitionName}\")] " : "";

    private void WriteBody(SourceBuilder source)
    {
        source.Line(1, "{");
        foreach (IReadOnlyList<InputModel> lists in op.ListsOfEqualLength)
        {
            foreach (InputModel other in lists.Skip(1))
                source.Line(2, $"RawOpArguments.RequireSameLength({Naming.Escape(lists[0].Name)}, {Naming.Escape(other.Name)});");
        }

        string execute = ".Execute();";
        string start = op.Outputs.Count switch { 0 => "", 1 => "return ", _ => $"Tensor[] {_counts.Local("results")} = " };
        if (op.Outputs is [{ IsList: false }])
            execute = ".Execute()[0];";
        if (op.Outputs.Count > 1)
            _counts.WriteLocals(source);

        string total = _counts.Total(inline: op.Outputs.Count < 2);
        if (TensorsWithDefault.Any())
        {
            string operation = _counts.Local("operation");
            WriteChain(source, $"Operation {operation} = ", total, ";");
            foreach (AttributeModel attribute in TensorsWithDefault)
            {
                source.Line(2, $"if ({Naming.Escape(attribute.Name)} is not null)");
                source.Line(3, $"{operation}.Attribute(\"{attribute.Definition.Name}\", {Naming.Escape(attribute.Name)});");
            }

            source.Line(2, start + operation + execute);
        }
        else
            WriteChain(source, start, total, execute);

        if (op.Outputs.Count > 1)
        {
            string next = _counts.Local("next");
            if (op.Outputs.Any(o => o.IsList))
                source.Line(2, $"int {next} = 0;");
            WriteList(source, 2, $"return new {RecordName}", _counts.Slices(_counts.Local("results"), next), ";");
        }

        source.Line(1, "}");
    }

    private void WriteChain(SourceBuilder source, string start, string outputCount, string end)
    {
        string stateful = op.Definition.IsStateful ? ", isStateful: true" : "";
        string[] links = [$"{start}new Operation(\"{op.Name}\", {outputCount}{stateful})", .. Calls()];
        if (end == ";" || links.Length == 1)
            links[^1] += end;
        else
            links = [.. links, end];

        for (int i = 0; i < links.Length; i++)
            source.Line(i == 0 ? 2 : 3, links[i]);
    }

    private IEnumerable<string> Calls()
    {
        foreach (InputModel input in op.Inputs)
            yield return $".{(input.IsList ? "InputList" : "Input")}({Naming.Escape(input.Name)})";

        Dictionary<string, AttributeModel> explicitly = op.Attributes.ToDictionary(a => a.Definition.Name, StringComparer.Ordinal);
        foreach (OpDef.Types.AttrDef definition in op.Definition.Attr)
        {
            if (!explicitly.TryGetValue(definition.Name, out AttributeModel? attribute))
            {
                // Eager execution infers nothing reliably once there are lists among the inputs.
                if (op.Inputs.Any(i => i.IsList))
                    yield return $".Attribute(\"{definition.Name}\", {Inferred(definition)})";
            }
            else if (attribute.Type.Kind != "tensor" || !attribute.HasDefault)
                yield return Explicit(attribute);
        }
    }

    private static string Explicit(AttributeModel attribute)
    {
        string name = Naming.Escape(attribute.Name);
        string key = $"\"{attribute.Definition.Name}\"";
        if (!attribute.HasDefault)
            return $".Attribute({key}, {name})";
        if (!attribute.Type.DefaultIsNull)
            return $".Attribute({key}, {name}, isDefault: {EqualsDefault(attribute, name)})";

        string value = Literals.Default(attribute);
        return $".Attribute({key}, {(value == "null" ? name : $"{name} ?? {value}")}, isDefault: {name} is null)";
    }

    private string Inferred(OpDef.Types.AttrDef definition)
    {
        // A single input always has a dtype; a list may be empty.
        InputModel source = op.Inputs.FirstOrDefault(i => !i.IsList && i.Definition.TypeAttr == definition.Name)
            ?? op.InferredFrom(definition.Name)!;
        string name = Naming.Escape(source.Name);
        if (source.Definition.NumberAttr == definition.Name)
            return $"RawOpArguments.Length({name})";
        if (source.Definition.TypeListAttr == definition.Name)
            return $"RawOpArguments.TypesOf({name})";
        if (!source.IsList)
            return $"RawOpArguments.TypeOf({name})";

        return definition.DefaultValue is { } value
            ? $"RawOpArguments.TypeOf({name}, ifEmpty: {Literals.Type(value.Type)})" : $"RawOpArguments.TypeOf({name})";
    }

    private static string EqualsDefault(AttributeModel attribute, string name) => Literals.Default(attribute) switch
    {
        "true" => name,
        "false" => "!" + name,
        var value => $"{name} == {value}",
    };

    private static void WriteList(SourceBuilder source, int indent, string start, IEnumerable<string> items, string end)
    {
        string[] all = [.. items];
        string line = $"{start}({string.Join(", ", all)}){end}";
        if (4 * indent + line.Length <= MaximumLineLength)
        {
            source.Line(indent, line);
            return;
        }

        source.Line(indent, start + "(");
        for (int i = 0; i < all.Length; i++)
            source.Line(indent + 1, all[i] + (i == all.Length - 1 ? ")" + end : ","));
    }
}
