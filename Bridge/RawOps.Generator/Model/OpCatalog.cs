using TfLbfgs.RawOpsGenerator.Protos;

namespace TfLbfgs.RawOpsGenerator.Model;

/// <summary>All ops of an op list: those that get a method, and those that do not, with the reason.</summary>
internal sealed class OpCatalog
{
    private OpCatalog(string tensorFlowVersion, IReadOnlyList<OpModel> ops, IReadOnlyList<LeftOutOp> leftOut)
    {
        TensorFlowVersion = tensorFlowVersion;
        Ops = ops;
        LeftOut = leftOut;
    }

    /// <summary>The version of the library that gave the list.</summary>
    public string TensorFlowVersion { get; }

    /// <summary>The ops that get a method, by ordinal name.</summary>
    public IReadOnlyList<OpModel> Ops { get; }

    /// <summary>The others, by ordinal name.</summary>
    public IReadOnlyList<LeftOutOp> LeftOut { get; }

    /// <summary>Reads the list and sorts the ops out.</summary>
    public static OpCatalog Read(OpListSource source, Overrides overrides)
    {
        OpList list = OpList.Parser.ParseFrom(source.Bytes);
        var ops = new List<OpModel>();
        var leftOut = new List<LeftOutOp>();
        foreach (OpDef definition in list.Op.OrderBy(o => o.Name, StringComparer.Ordinal))
        {
            if (ReasonToLeaveOut(definition, overrides) is { } reason)
                leftOut.Add(new LeftOutOp(definition.Name, reason));
            else
                ops.Add(new OpModel(definition, overrides));
        }

        overrides.RequireAllUsed();
        return new OpCatalog(source.TensorFlowVersion, ops, leftOut);
    }

    private static string? ReasonToLeaveOut(OpDef definition, Overrides overrides)
    {
        if (definition.Name[0] == '_')
            return "internal: its name begins with an underscore";
        if (definition.InputArg.Concat(definition.OutputArg).FirstOrDefault(a => a.IsRef) is { } argument)
            return $"ref-typed: '{argument.Name}' is a reference to a variable of the kind before resource variables, which cannot be "
                + "executed eagerly";
        return overrides.Hidden(definition.Name) is { } reason ? "hidden: " + reason : null;
    }
}
