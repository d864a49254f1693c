using TfLbfgs.RawOpsGenerator.Protos;

namespace TfLbfgs.RawOpsGenerator.Model;

/// <summary>An attribute that the inputs do not determine, and its parameter.</summary>
/// <param name="Definition">As the op list has it.</param>
/// <param name="Name">The C# parameter, unescaped.</param>
/// <param name="IsRenamed">Whether an override chose the name.</param>
/// <param name="Type">The attribute's type.</param>
internal sealed record AttributeModel(OpDef.Types.AttrDef Definition, string Name, bool IsRenamed, AttributeType Type)
{
    /// <summary>Whether the definition has a default.</summary>
    public bool HasDefault => Definition.DefaultValue is not null;
}
