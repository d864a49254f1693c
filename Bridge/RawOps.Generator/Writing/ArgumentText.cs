using System.Globalization;
using System.Text.RegularExpressions;
using TfLbfgs.RawOpsGenerator.Model;
using TfLbfgs.RawOpsGenerator.Protos;
using TfLbfgs.Runtime;

namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>
/// Says in words what an op takes and returns: dtypes, list lengths, ranges and defaults, as the definition constrains them.
/// </summary>
internal sealed partial class ArgumentText(OpModel op)
{
    /// <summary>Describes an input.</summary>
    public string Input(InputModel input)
    {
        OpDef.Types.ArgDef argument = input.Definition;
        string text = argument.TypeListAttr.Length > 0
            ? $"A list of tensors{Types("each of", argument.TypeListAttr, input)}{Length(input)}"
            : input.IsList
                ? $"A list of tensors{ElementType(argument, input)}{Length(input)}"
                : $"A tensor{ElementType(argument, input)}";
        return Described(argument.Description, text + ".");
    }

    /// <summary>Describes an output.</summary>
    public string Output(OutputModel output)
    {
        OpDef.Types.ArgDef argument = output.Definition;
        string text = argument.TypeListAttr.Length > 0
            ? $"A list of tensors{Types("each of", argument.TypeListAttr, null)}"
            : output.IsList
                ? $"A list of tensors{ElementType(argument, null)}, {CountSource(argument.NumberAttr)}"
                : $"A tensor{ElementType(argument, null)}";
        return Described(argument.Description, text + ".");
    }

    /// <summary>Describes an explicit attribute.</summary>
    public static string Attribute(AttributeModel attribute)
    {
        OpDef.Types.AttrDef definition = attribute.Definition;
        string noun = (attribute.Type.Kind, attribute.Type.IsList) switch
        {
            ("int", false) => "An integer",
            ("int", true) => "A list of integers",
            ("float", false) => "A number",
            ("float", true) => "A list of numbers",
            ("bool", false) => "True or false",
            ("bool", true) => "A list of true or false",
            ("string", false) => "A string",
            ("string", true) => "A list of strings",
            ("type", false) => "A dtype",
            ("type", true) => "A list of dtypes",
            ("shape", false) =>
                attribute.HasDefault && !definition.DefaultValue.Shape.UnknownRank ? "A shape" : "A shape, null where the rank is unknown",
            ("shape", true) => "A list of shapes, null where a rank is unknown",
            ("tensor", false) => "A tensor on the host, whose value becomes part of the op",
            ("tensor", true) => "A list of tensors on the host, whose values become part of the op",
            ("func", false) => "A function",
            _ => "A list of functions",
        };
        string text = noun;
        if (definition.HasMinimum && !(attribute.Type.IsList && definition.Minimum == 0))
            text += $", at least {Number(definition.Minimum)}";
        if (definition.AllowedValues?.List is { } allowed)
            text += attribute.Type.Kind == "type"
                ? $": {OneOf(allowed.Type.Select(TypeName))}" : $": {OneOf(allowed.S.Select(s => Literals.String(s.ToStringUtf8())))}";
        text += ".";
        if (attribute.HasDefault)
            text += DefaultText(attribute);
        return Described(definition.Description, text);
    }

    private static string DefaultText(AttributeModel attribute)
    {
        AttrValue value = attribute.Definition.DefaultValue;
        return attribute.Type switch
        {
            { Kind: "tensor" } => " Null stands for the default of the definition.",
            { Kind: "shape", IsList: false } =>
                value.Shape.UnknownRank ? " Default: unknown rank." : " Null stands for the default: the shape of a scalar.",
            { IsList: true } => $" Null stands for the default: {Plain(Literals.Default(attribute))}.",
            { Kind: "type" } => $" Default: {TypeName(value.Type)}.",
            _ => $" Default: {Plain(Literals.Default(attribute))}.",
        };
    }

    // C#'s suffix of float constants would only puzzle.
    private static string Plain(string literal) => FloatSuffix().Replace(literal, "$1");

    [GeneratedRegex(@"(\d)f\b")]
    private static partial Regex FloatSuffix();

    private string ElementType(OpDef.Types.ArgDef argument, InputModel? self) =>
        argument.TypeAttr.Length > 0 ? Types("of", argument.TypeAttr, self) : argument.Type != 0 ? $" of {TypeName(argument.Type)}" : "";

    // An attribute is spelled out where it is first met; after that, a reference to that argument says the same in fewer words.
    private string Types(string of, string attribute, InputModel? self)
    {
        InputModel? source = op.InferredFrom(attribute);
        if (source is null)
            return $", {of} the dtype{(of == "of" ? "" : "s")} that {op.Attributes.First(a => a.Definition.Name == attribute).Name} names";
        if (source != self)
            return of == "of" ? $" of the dtype of {source.Name}" : $" with the dtypes of {source.Name}";

        string dtypes = op.AttributeDefinition(attribute).AllowedValues?.List is { Type.Count: > 0 } allowed
            ? OneOf(allowed.Type.Select(TypeName)) : "any dtype";
        return $" {of} {dtypes} ({attribute})";
    }

    private string Length(InputModel input)
    {
        InputModel first = op.InferredFrom(input.CountAttribute)!;
        OpDef.Types.AttrDef count = op.AttributeDefinition(input.CountAttribute);
        return first != input && first.IsList ? $"; as many as {first.Name} has" : count is { HasMinimum: true, Minimum: > 0 }
            ? $"; at least {Number(count.Minimum)}" : "";
    }

    private string CountSource(string attribute) => op.InferredFrom(attribute) is { } source
        ? $"as many as {source.Name} has"
        : $"{op.Attributes.First(a => a.Definition.Name == attribute).Name} of them";

    private static string Described(string description, string text)
    {
        string plain = string.Join(' ', description.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (plain.Length == 0)
            return text;

        plain = char.ToUpperInvariant(plain[0]) + plain[1..];
        return plain.EndsWith('.') ? $"{plain} {text}" : $"{plain}. {text}";
    }

    private static string OneOf(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 1 ? all[0] : string.Join(", ", all[..^1]) + " or " + all[^1];
    }

    private static string TypeName(int number) => ((DType)number).PythonName;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
