using System.Globalization;
using System.Text;
using Google.Protobuf;
using TfLbfgs.RawOpsGenerator.Model;
using TfLbfgs.RawOpsGenerator.Protos;
using TfLbfgs.Runtime;

namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>Writes the default values of a definition as C# expressions.</summary>
internal static class Literals
{
    /// <summary>The default of an attribute, as an expression that fits its type.</summary>
    public static string Default(AttributeModel attribute) => attribute.Type.IsList
        ? List(attribute.Type, attribute.Definition.DefaultValue.List ?? new AttrValue.Types.ListValue())
        : Scalar(attribute.Type.Kind, attribute.Definition.DefaultValue);

    /// <summary>The constant of an element type, such as <c>DType.Float32</c>.</summary>
    public static string Type(int number) => Enum.IsDefined((DType)number)
        ? $"DType.{(DType)number}"
        : throw new GeneratorException($"Expected a known element type, received number {number}. Add it to DType.");

    /// <summary>A string in quotes.</summary>
    public static string String(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (char c in text)
        {
            literal.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ when char.IsAsciiLetterOrDigit(c) || char.IsAscii(c) && !char.IsControl(c) => c.ToString(),
                _ => $"\\u{(int)c:x4}",
            });
        }

        return literal.Append('"').ToString();
    }

    private static string Scalar(string kind, AttrValue value) => kind switch
    {
        "int" => Integer(value.I),
        "float" => Float(value.F),
        "bool" => Bool(value.B),
        "string" => String(value.S.ToStringUtf8()),
        "type" => Type(value.Type),
        "shape" => Shape(value.Shape),
        _ => throw new GeneratorException($"Expected a default that C# can write, received one of kind '{kind}'."),
    };

    private static string List(AttributeType type, AttrValue.Types.ListValue list)
    {
        IEnumerable<string> items = type.Kind switch
        {
            "int" => list.I.Select(Integer),
            "float" => list.F.Select(Float),
            "bool" => list.B.Select(Bool),
            "string" => list.S.Select((ByteString s) => String(s.ToStringUtf8())),
            "type" => list.Type.Select(Type),
            "shape" => list.Shape.Select(Shape),
            _ => list.Func.Select(f => $"new FunctionReference({String(f.Name)})"),
        };
        return $"[{string.Join(", ", items)}]";
    }

    // The op Shape hides the type of that name in expressions.
    private static string Shape(TensorShape shape) => shape switch
    {
        { UnknownRank: true } => "null",
        { Dim.Count: 0 } => "Tensors.Shape.Scalar",
        _ => $"Tensors.Shape.Create([{string.Join(", ", shape.Dim.Select(d => Integer(d.Size)))}])",
    };

    private static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Bool(bool value) => value ? "true" : "false";

    private static string Float(float value) => value switch
    {
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NegativeInfinity => "float.NegativeInfinity",
        float.NaN => "float.NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture) + "f",
    };
}
