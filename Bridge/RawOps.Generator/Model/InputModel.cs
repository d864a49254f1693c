using TfLbfgs.RawOpsGenerator.Protos;

namespace TfLbfgs.RawOpsGenerator.Model;

/// <summary>An input of an op and its parameter.</summary>
/// <param name="Definition">As the op list has it.</param>
/// <param name="Name">The C# parameter, unescaped.</param>
/// <param name="IsRenamed">Whether an override chose the name.</param>
internal sealed record InputModel(OpDef.Types.ArgDef Definition, string Name, bool IsRenamed)
{
    /// <summary>Whether the input takes a list of tensors.</summary>
    public bool IsList => Definition.NumberAttr.Length > 0 || Definition.TypeListAttr.Length > 0;

    /// <summary>The attribute that holds the length of the list, or an empty string.</summary>
    public string CountAttribute => Definition.NumberAttr.Length > 0 ? Definition.NumberAttr : Definition.TypeListAttr;
}
