using TfLbfgs.RawOpsGenerator.Protos;

namespace TfLbfgs.RawOpsGenerator.Model;

/// <summary>An output of an op and, where there are several, its property in the outputs record.</summary>
/// <param name="Definition">As the op list has it.</param>
/// <param name="Name">The C# property.</param>
internal sealed record OutputModel(OpDef.Types.ArgDef Definition, string Name)
{
    /// <summary>Whether the output is a list of tensors.</summary>
    public bool IsList => CountAttribute.Length > 0;

    /// <summary>The attribute that holds the length of the list, or an empty string.</summary>
    public string CountAttribute => Definition.NumberAttr.Length > 0 ? Definition.NumberAttr : Definition.TypeListAttr;
}
