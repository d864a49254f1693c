namespace TfLbfgs.Tensors;

/// <summary>What TensorFlow's registry says of an op: inputs, outputs, attributes.</summary>
/// <param name="Name">The op's name.</param>
/// <param name="Inputs">The inputs in order.</param>
/// <param name="Outputs">The outputs in order.</param>
/// <param name="Attributes">All attributes, those that inputs determine included.</param>
/// <param name="IsStateful">Whether the op has state or side effects.</param>
internal sealed record OpDefinition(
    string Name,
    IReadOnlyList<OpDefinition.Argument> Inputs,
    IReadOnlyList<OpDefinition.Argument> Outputs,
    IReadOnlyList<OpDefinition.AttributeDefinition> Attributes,
    bool IsStateful)
{
    /// <summary>An attribute by its name; null: the op has none of that name.</summary>
    public AttributeDefinition? Find(string attribute) => Attributes.FirstOrDefault(a => a.Name == attribute);

    /// <summary>An input or output.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="TypeAttribute">The attribute that holds its dtype; empty: its dtype is fixed.</param>
    /// <param name="NumberAttribute">The attribute that holds the length of the list; empty: it is no list of one dtype.</param>
    /// <param name="TypeListAttribute">The attribute that holds the dtypes of the list; empty: it is no list of several dtypes.</param>
    public sealed record Argument(string Name, string TypeAttribute, string NumberAttribute, string TypeListAttribute)
    {
        /// <summary>The attribute that determines how many tensors the list has; empty: it is a single tensor.</summary>
        public string CountAttribute => NumberAttribute.Length > 0 ? NumberAttribute : TypeListAttribute;
    }

    /// <summary>An attribute.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">Its type as the definition writes it, such as <c>list(int)</c>.</param>
    /// <param name="HasDefault">Whether it may be left out.</param>
    /// <param name="DefaultCount">How many outputs the default stands for, where it counts outputs.</param>
    public sealed record AttributeDefinition(string Name, string Type, bool HasDefault, int DefaultCount);
}
