using TfLbfgs.Formats;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Formats.SavedModels;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <summary>
/// A graph whose variables are constants, in one file (<c>frozen_graph.pb</c>): inspected, and called between any of its tensors. Python:
/// <c>tf.graph_util.import_graph_def</c> in <c>tf.compat.v1.wrap_function</c>, and <c>prune</c>.
/// </summary>
public sealed class FrozenGraph : IDisposable
{
    private readonly GraphSession _session;
    private readonly List<SavedFunction> _functions = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    private FrozenGraph(GraphSession session, GraphDef graph)
    {
        _session = session;
        HashSet<string> used = [.. graph.Node.SelectMany(node => node.Input).Select(input => GraphInput.Parse(input).Node)];
        Nodes = [.. graph.Node.Select(node => new GraphNode(node.Name, node.Op, [.. node.Input]))];
        Inputs = [.. graph.Node.Where(node => node.Op is "Placeholder" or "PlaceholderV2" or "PlaceholderWithDefault").Select(SpecOf)];
        Outputs = [.. graph.Node.Where(node => !used.Contains(node.Name) && node.Op is not ("NoOp" or "Const" or "Placeholder" or "Assert"))
            .Select(node => node.Name)];
    }

    /// <summary>The nodes, in the order of the file.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The placeholders.</summary>
    public IReadOnlyList<TensorSpec> Inputs { get; }

    /// <summary>The nodes whose outputs no other node uses: what such a graph is mostly made for.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Loads a graph.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>The graph, owned by the caller.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged, holds something else, or more than the limits allow.</exception>
    public static FrozenGraph Load(string path, SavedModelOptions? options = null)
    {
        GraphDef graph = GraphFile.Read(path);
        try
        {
            return new FrozenGraph(new GraphSession(graph, options ?? new SavedModelOptions()), graph);
        }
        catch (Exception e) when (e is not FileFormatException)
        {
            throw new FileFormatException(path, "/", $"the content cannot be used: {OneLine.Of(e.Message)}", "a sound file",
                "The file is damaged; save it again.", e);
        }
    }

    /// <summary>A function from some tensors of the graph to others.</summary>
    /// <param name="outputs">The tensors that it returns, such as <c>softmax:0</c> or <c>softmax</c>; null: those of
    /// <see cref="Outputs"/>.</param>
    /// <param name="inputs">The tensors that it takes; null: those of <see cref="Inputs"/> that the outputs need.</param>
    /// <returns>The function, owned by the graph.</returns>
    /// <exception cref="TfLbfgsException">There is no such tensor.</exception>
    public SavedFunction Function(IReadOnlyList<string>? outputs = null, IReadOnlyList<string>? inputs = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return Create(outputs, inputs);
        }
        catch (Exception e) when (OneLine.IsNeeded(e))
        {
            throw new TfLbfgsException($"A graph: {OneLine.Of(e.Message)}. The file is damaged; save it again.", e);
        }
    }

    /// <summary>Frees the functions.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (SavedFunction function in _functions)
            function.Close();
        _session.Dispose();
    }

    private SavedFunction Create(IReadOnlyList<string>? outputs, IReadOnlyList<string>? inputs)
    {
        GraphInput[] targets = [.. (outputs ?? Outputs).Select(GraphInput.Parse)];
        GraphInput[] sources = inputs is null ? Needed(targets) : [.. inputs.Select(GraphInput.Parse)];
        (TensorSpec, GraphInput)[] given =
            [.. sources.Select(source =>
            (SpecOf(_session.Graph.Nodes[_session.Graph.Require(source.Node)]) with { Name = NameOf(source) }, source))];
        (TensorSpec, GraphInput)[] results =
            [.. targets.Select(target => (new TensorSpec(NameOf(target), DType.Invalid, Shape.Unknown), target))];
        SavedFunction function =
            GraphFunctions.Between(_session, string.Join(",", targets.Select(NameOf)), given, results,
            new Dictionary<string, Func<Tensor>>());
        lock (_gate)
            _functions.Add(function);
        return function;
    }

    private GraphInput[] Needed(GraphInput[] targets)
    {
        HashSet<string> nodes = [.. _session.Graph.Order(targets, _ => false, out _).Select(node => _session.Graph.Nodes[node].Name)];
        return [.. Inputs.Where(input => nodes.Contains(input.Name)).Select(input => GraphInput.Parse(input.Name))];
    }

    private static string NameOf(GraphInput tensor) =>
        tensor.Index == 0 ? tensor.Node : FormattableString.Invariant($"{tensor.Node}:{tensor.Index}");

    /// <summary>What a node says of its first output; its dtype may stand under several names.</summary>
    private static TensorSpec SpecOf(NodeDef node)
    {
        AttrValue? dtype = null;
        foreach (string attribute in (string[])["dtype", "T", "DstT"])
            dtype ??= node.Attr.TryGetValue(attribute, out AttrValue? value) ? value : null;
        Shape shape = node.Attr.TryGetValue("shape", out AttrValue? size) && size.Shape is not null
            ? NodeAttributes.ShapeOf(size.Shape)
            : Shape.Unknown;
        // Old files write the shape [] for one that is not known.
        return new TensorSpec(
            node.Name, NodeAttributes.DTypeOf(dtype?.Type ?? 0), node.Op == "Placeholder" && shape.Rank == 0 ? Shape.Unknown : shape);
    }
}
