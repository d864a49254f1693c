using TfLbfgs.Formats.Protos;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <summary>
/// Runs the nodes of a graph or function one after the other through the dispatch point: so a trace records them, a tape differentiates
/// them, XLA compiles them, and substituted variables are seen. Functions that nodes call are run in their place.
/// </summary>
internal sealed partial class GraphRun
{
    private const int MaxDepth = 64;
    // A few functions that call each other twice may stand for any number of nodes.
    private const int MaxNodes = 1_000_000;

    // Names that TensorFlow 1 gave to ops on tables, whose resources were texts.
    private static readonly HashSet<string> OldTableOps = new(StringComparer.Ordinal)
    {
        "HashTable", "MutableHashTable", "MutableHashTableOfTensors", "MutableDenseHashTable", "LookupTableFind", "LookupTableInsert",
            "LookupTableSize", "LookupTableExport", "LookupTableImport",
        "InitializeTable", "InitializeTableFromTextFile",
    };

    private readonly GraphSession _session;
    private readonly GraphBody _body;
    private readonly IReadOnlyList<Tensor> _arguments;
    private readonly IReadOnlyDictionary<(int Node, int Output), Tensor> _feeds;
    private readonly Tensor?[]?[] _values;
    private readonly int _depth;
    private readonly Budget _budget;

    private GraphRun(GraphSession session, GraphBody body, IReadOnlyList<Tensor> arguments, IReadOnlyDictionary<(int, int), Tensor> feeds,
        int depth, Budget budget)
    {
        _session = session;
        _body = body;
        _arguments = arguments;
        _feeds = feeds;
        _depth = depth;
        _budget = budget;
        _values = new Tensor?[body.Nodes.Count][];
        if (depth > MaxDepth)
            throw new TfLbfgsException($"{body.Description}: functions call each other more than {MaxDepth} deep. A function that calls "
                + "itself cannot be run here.");
        foreach (((int node, int output), Tensor value) in feeds)
        {
            Tensor?[] outputs = _values[node] ?? [];
            if (outputs.Length <= output)
                Array.Resize(ref outputs, output + 1);
            outputs[output] = value;
            _values[node] = outputs;
        }
    }

    /// <summary>Runs what some tensors of the graph need.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="targets">The tensors, and nodes that are run for their effects.</param>
    /// <param name="feeds">Tensors in place of outputs of nodes.</param>
    /// <returns>The values of those targets that are tensors.</returns>
    public static Tensor[] Graph(GraphSession session, IReadOnlyList<GraphInput> targets,
        IReadOnlyDictionary<(int Node, int Output), Tensor> feeds) =>
        new GraphRun(session, session.Graph, [], feeds, 0, new Budget()).Run(targets, []);

    /// <summary>Runs a function.</summary>
    public static Tensor[] Function(GraphSession session, GraphBody function, IReadOnlyList<Tensor> arguments) =>
        Function(session, function, arguments, 0, new Budget());

    private static Tensor[] Function(GraphSession session, GraphBody function, IReadOnlyList<Tensor> arguments, int depth, Budget budget)
    {
        if (arguments.Count != function.Arguments.Count)
            throw new TfLbfgsException($"{function.Description}: expected {function.Arguments.Count} arguments, received "
                + $"{arguments.Count}. The file is damaged; save it again.");
        return new GraphRun(session, function, arguments, new Dictionary<(int, int), Tensor>(), depth, budget).Run(
            function.Results, function.Effects);
    }

    private Tensor[] Run(IReadOnlyList<GraphInput> results, IReadOnlyList<GraphInput> effects)
    {
        List<int> order = _body.Order(results.Concat(effects), node => _values[node] is not null, out bool hasLoops);
        if (hasLoops)
            return RunNative(results, effects);
        foreach (int node in order)
        {
            if (--_budget.Nodes < 0)
                throw new TfLbfgsException($"{_body.Description}: more than {MaxNodes} nodes to run, those of called functions included. "
                    + "The file is damaged or hostile.");
            if (_values[node] is null)
                _values[node] = Evaluate(node);
        }

        return [.. results.Where(result => !result.IsControl).Select(Fetch)];
    }

    /// <summary>The value of an output.</summary>
    private Tensor Fetch(GraphInput input)
    {
        Tensor value = FetchAsReference(input);
        // A variable of TensorFlow 1 stands for its value everywhere but where it is assigned.
        return _body.Find(input.Node) is var node and >= 0 && GraphResources.IsReference(_body.Nodes[node].Op) ? Read(value) : value;
    }

    private Tensor FetchAsReference(GraphInput input)
    {
        int argument = _body.FindArgument(input.Node);
        if (argument >= 0)
            return _arguments[argument];
        int node = _body.Require(input.Node);
        int output = input.Index + (input.Output.Length > 0 ? OffsetOf(_body.Nodes[node], input.Output) : 0);
        return _values[node] is { } values && output < values.Length && values[output] is { } value ? value
            : throw new TfLbfgsException(
                $"{_body.Description}: node '{input.Node}' has no output {output}. The file is damaged; save it again.");
    }

    private Tensor[] Evaluate(int index)
    {
        NodeDef node = _body.Nodes[index];
        if (OldTableOps.Contains(node.Op))
        {
            node = node.Clone();
            node.Op += "V2";
        }

        switch (node.Op)
        {
            case "NoOp":
                return [];
            case "Const":
                return [Constant(node)];
            case "VarHandleOp" or "VariableV2" or "Variable":
                return [_session.Resources.Handle(node)];
            case "Placeholder" or "PlaceholderV2" when _session.Assets.ContainsKey(node.Name):
                return [Constant(node)];
            case "Placeholder" or "PlaceholderV2":
                throw new TfLbfgsException(
                    $"{_body.Description}: nothing is given for the placeholder '{node.Name}', which a result depends on.");
        }

        GraphInput[] sources = [.. _body.InputsOf(index).Where(input => !input.IsControl)];
        if (node.Op is "Assign")
            return Assign(node, FetchAsReference(sources[0]), Fetch(sources[1]));
        Tensor[] inputs = Array.ConvertAll(sources, Fetch);
        switch (node.Op)
        {
            case "Identity" or "PlaceholderWithDefault" when inputs.Length == 1:
                return inputs;
            case "IdentityN":
                return inputs;
            case "ReadVariableOp" when inputs.Length == 1 && _session.Resources.VariableOf(inputs[0]) is { } variable:
                return [variable.Value];
            case "AssignVariableOp" when inputs.Length == 2:
                return Assign(node, inputs[0], inputs[1]);
            case "RestoreV2" when _session.Restore is { } restore:
                return restore.Read(node, inputs);
            case "PartitionedCall" or "StatefulPartitionedCall":
                return Call(_session.Library.Body(node, "f"), inputs);
            case "While" or "StatelessWhile":
                return While(node, inputs);
            case "If" or "StatelessIf":
                return If(node, inputs);
            case "Case" or "StatelessCase":
                return Case(node, inputs);
        }

        if (_session.Library.Has(node.Op))
            return Call(_session.Library.Body(node.Op), inputs);
        Tensor[] outputs = Execute(node, inputs);
        _session.Restore?.Follow(inputs, outputs);
        return outputs;
    }

    private Tensor[] Call(GraphBody function, IReadOnlyList<Tensor> arguments) =>
        Function(_session, function, arguments, _depth + 1, _budget);

    private Tensor[] Execute(NodeDef node, Tensor[] inputs)
    {
        OpDefinition definition = DefinitionOf(node);
        if (!_session.Options.AllowHostAccess)
            HostAccess.ThrowIfReached(node, _body.Description);
        if (node.Op == "InitializeTableFromTextFileV2" && !_session.Options.AllowHostAccess && !_session.IsAsset(inputs[1].ToStrings()[0]))
            throw new TfLbfgsException($"{_body.Description}: node '{node.Name}' reads a file that is none of the assets of the "
                + "SavedModel. Set SavedModelOptions.AllowHostAccess for a model that you trust.");
        if (definition.IsStateful && inputs.Length == 0 && definition.Find("shared_name") is not null)
            return [Shared(node, definition)];
        try
        {
            return RawOp.Execute(node.Op, inputs, NodeAttributes.Of(node, definition, _session.Library));
        }
        catch (TfLbfgsException e) when (!e.Message.Contains($"node '{node.Name}'", StringComparison.Ordinal))
        {
            throw new TfLbfgsException($"{_body.Description}: node '{node.Name}': {e.Message}", e);
        }
    }

    /// <summary>A table, an iterator, ...: one for each name, which no other loaded model has.</summary>
    private Tensor Shared(NodeDef node, OpDefinition definition)
    {
        string shared = node.Attr.TryGetValue("shared_name", out AttrValue? given) ? given.S.ToStringUtf8() : "";
        string name = (shared.Length > 0 ? shared : node.Name) + _session.Library.Suffix;
        return _session.Resources.Shared(name, () =>
        {
            NodeDef own = node.Clone();
            own.Attr["shared_name"] = new AttrValue { S = Google.Protobuf.ByteString.CopyFromUtf8(name) };
            return RawOp.Execute(own.Op, [], NodeAttributes.Of(own, definition, _session.Library))[0];
        });
    }

    private Tensor[] Assign(NodeDef node, Tensor resource, Tensor value)
    {
        if (_session.Restore is { } restore)
            restore.Assigned(resource, value);
        if (_session.Resources.VariableOf(resource) is { } variable)
            variable.Assign(value);
        else
            RawOps.AssignVariableOp(resource, value);
        return node.Op == "Assign" ? [resource] : [];
    }

    private Tensor Read(Tensor resource) => _session.Resources.VariableOf(resource)?.Value
        ?? throw new TfLbfgsException($"{_body.Description}: a variable is read before the variables are restored.");

    private Tensor Constant(NodeDef node)
    {
        if (_session.Assets.TryGetValue(node.Name, out string? path) && ReferenceEquals(_body, _session.Graph))
            return Tensor.FromStrings([path], Shape.Scalar);
        try
        {
            return NodeAttributes.Constant(node.Attr.TryGetValue("value", out AttrValue? value) && value.Tensor is { } tensor ? tensor
                : throw new InvalidDataException("no value"));
        }
        catch (InvalidDataException e)
        {
            throw new TfLbfgsException($"{_body.Description}: the constant '{node.Name}': expected a tensor, received "
                + $"{e.Message.TrimEnd('.')}. The file is damaged; save it again.", e);
        }
    }

    private OpDefinition DefinitionOf(NodeDef node) => OpRegistry.Find(node.Op) ?? throw new TfLbfgsException(
        $"{_body.Description}: node '{node.Name}' is of the op {node.Op}, which TensorFlow {TfRuntime.Version} does not know. Load the "
            + "library that defines it with TfRuntime.LoadOpLibrary first.");

    /// <summary>How many outputs of a node stand before one of its named ones.</summary>
    private int OffsetOf(NodeDef node, string output)
    {
        if (_session.Library.Has(node.Op))
        {
            int place = _session.Library.Body(node.Op).ResultNames.IndexOf(output);
            return place >= 0 ? place : throw NoOutput();
        }

        int offset = 0;
        foreach (OpDefinition.Argument argument in DefinitionOf(node).Outputs)
        {
            if (argument.Name == output)
                return offset;
            offset += CountOf(node, argument);
        }

        throw NoOutput();

        TfLbfgsException NoOutput() => new($"{_body.Description}: node '{node.Name}' of the op {node.Op} has no output '{output}'. The "
            + "file is damaged; save it again.");
    }

    /// <summary>How many tensors an output stands for.</summary>
    private int CountOf(NodeDef node, OpDefinition.Argument argument)
    {
        if (argument.CountAttribute.Length == 0)
            return 1;
        if (!node.Attr.TryGetValue(argument.CountAttribute, out AttrValue? value))
            return DefinitionOf(node).Find(argument.CountAttribute)!.DefaultCount;
        return argument.NumberAttribute.Length > 0 ? (int)Math.Clamp(value.I, 0, int.MaxValue / 2) : value.List?.Type.Count ?? 0;
    }

    /// <summary>How many nodes may still run.</summary>
    private sealed class Budget
    {
        public int Nodes { get; set; } = MaxNodes;
    }
}
