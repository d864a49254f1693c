namespace TfLbfgs.RawOpsGenerator.Model;

/// <summary>The type of an attribute: what the definition calls it, and what C# calls it.</summary>
/// <param name="Kind">The element type in the definition: <c>int</c>, <c>float</c>, <c>bool</c>, <c>string</c>, <c>type</c>, <c>shape</c>,
/// <c>tensor</c> or <c>func</c>.</param>
/// <param name="IsList">Whether the attribute holds a list of them.</param>
internal sealed record AttributeType(string Kind, bool IsList)
{
    /// <summary>Takes the definition's notation apart, such as <c>list(int)</c>.</summary>
    public static AttributeType Parse(string text)
    {
        var type = text.StartsWith("list(", StringComparison.Ordinal)
            ? new AttributeType(text[5..^1], true) : new AttributeType(text, false);
        return type.Kind is "int" or "float" or "bool" or "string" or "type" or "shape" or "tensor" or "func"
            ? type
            : throw new GeneratorException($"Expected an attribute of a known type, received '{text}'. Teach AttributeType the new type.");
    }

    /// <summary>The C# type of one element.</summary>
    public string ElementName => Kind switch
    {
        "int" => "long",
        "float" => "float",
        "bool" => "bool",
        "string" => "string",
        "type" => "DType",
        "shape" => "Shape?",
        "tensor" => "Tensor",
        _ => "FunctionReference",
    };

    /// <summary>The C# type of a parameter without default.</summary>
    public string RequiredName => IsList ? $"IReadOnlyList<{ElementName}>" : ElementName;

    /// <summary>Whether the default cannot be written as a C# constant, so that null stands for it.</summary>
    public bool DefaultIsNull => IsList || Kind is "shape" or "tensor";

    /// <summary>The C# type of a parameter with default.</summary>
    public string OptionalName => DefaultIsNull ? RequiredName.TrimEnd('?') + "?" : RequiredName;
}
