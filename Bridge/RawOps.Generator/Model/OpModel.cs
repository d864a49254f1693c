using TfLbfgs.RawOpsGenerator.Protos;

namespace TfLbfgs.RawOpsGenerator.Model;

/// <summary>An op with everything that its method needs decided.</summary>
internal sealed class OpModel
{
    private readonly Dictionary<string, OpDef.Types.AttrDef> _definitions;

    /// <summary>Decides names and splits the attributes into inferred and explicit ones.</summary>
    public OpModel(OpDef definition, Overrides overrides)
    {
        Definition = definition;
        string op = definition.Name;
        SummaryOverride = overrides.Summary(op);
        _definitions = definition.Attr.ToDictionary(a => a.Name, StringComparer.Ordinal);
        Inputs =
        [
            .. definition.InputArg.Select(a => overrides.ParameterName(op, a.Name) is { } chosen
                ? new InputModel(a, chosen, true) : new InputModel(a, Naming.Parameter(a.Name), false)),
        ];
        var inferred = definition.InputArg.SelectMany(a => new[] { a.TypeAttr, a.NumberAttr, a.TypeListAttr })
            .ToHashSet(StringComparer.Ordinal);
        Attributes =
        [
            .. definition.Attr.Where(a => !inferred.Contains(a.Name)).Select(a =>
            {
                AttributeType type = AttributeType.Parse(a.Type);
                return overrides.ParameterName(op, a.Name) is { } chosen
                    ? new AttributeModel(a, chosen, true, type) : new AttributeModel(a, Naming.Parameter(a.Name), false, type);
            }),
        ];
        Outputs = [.. definition.OutputArg.Select(a => new OutputModel(a, overrides.PropertyName(op, a.Name) ?? Naming.Property(a.Name)))];
        RequireDistinct("parameters", Inputs.Select(i => i.Name).Concat(Attributes.Select(a => a.Name)));
        RequireDistinct("outputs", Outputs.Select(o => o.Name));
        IsOverridden = SummaryOverride is not null || Inputs.Any(i => i.IsRenamed) || Attributes.Any(a => a.IsRenamed)
            || definition.OutputArg.Any(a => overrides.PropertyName(op, a.Name) is not null);
    }

    /// <summary>As the op list has it.</summary>
    public OpDef Definition { get; }

    /// <summary>The op's name, which is also the method's.</summary>
    public string Name => Definition.Name;

    /// <summary>The summary that an override gives, or null.</summary>
    public string? SummaryOverride { get; }

    /// <summary>Whether any override applies.</summary>
    public bool IsOverridden { get; }

    /// <summary>The inputs in the order of the definition.</summary>
    public IReadOnlyList<InputModel> Inputs { get; }

    /// <summary>The explicit attributes in the order of the definition.</summary>
    public IReadOnlyList<AttributeModel> Attributes { get; }

    /// <summary>The outputs in the order of the definition.</summary>
    public IReadOnlyList<OutputModel> Outputs { get; }

    /// <summary>The explicit attributes in the order of the parameters: those without a default first.</summary>
    public IEnumerable<AttributeModel> AttributeParameters =>
        Attributes.Where(a => !a.HasDefault).Concat(Attributes.Where(a => a.HasDefault));

    /// <summary>The definition of any attribute, inferred or not.</summary>
    public OpDef.Types.AttrDef AttributeDefinition(string name) => _definitions[name];

    /// <summary>The first input whose value determines an attribute, or null where the attribute is explicit.</summary>
    public InputModel? InferredFrom(string attribute) =>
        Inputs.FirstOrDefault(i => i.Definition.TypeAttr == attribute || i.Definition.NumberAttr == attribute
            || i.Definition.TypeListAttr == attribute);

    /// <summary>The input lists that must have the same length, grouped: <c>indices</c> and <c>data</c> of <c>DynamicStitch</c>.</summary>
    public IEnumerable<IReadOnlyList<InputModel>> ListsOfEqualLength =>
        Inputs.Where(i => i.IsList).GroupBy(i => i.CountAttribute, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => g.ToArray());

    private void RequireDistinct(string what, IEnumerable<string> names)
    {
        string[] twice = [.. names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key)];
        if (twice.Length > 0)
            throw new GeneratorException($"Expected the {what} of {Name} to have different C# names, received twice: "
                + $"{string.Join(", ", twice)}. Rename one in Overrides/renames.txt.");
    }
}
