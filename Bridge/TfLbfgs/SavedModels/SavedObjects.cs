using System.Text;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Formats.TensorBundle;

namespace TfLbfgs.SavedModels;

/// <summary>
/// The objects of a SavedModel of TensorFlow 2 next to those of its checkpoint: both graphs have edges of the same names, so a variable
/// is found in both by the same path.
/// </summary>
internal sealed class SavedObjects
{
    private const int MaxDepth = 64;
    private const int MaxVisits = 1000;

    private readonly Dictionary<string, int> _nodeOfKey = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _keyOfNode = [];
    private Dictionary<string, int>? _order;

    /// <summary>Follows both graphs from their roots.</summary>
    /// <param name="graph">The objects of the SavedModel; null in those of TensorFlow 1.</param>
    /// <param name="checkpoint">The objects of the checkpoint; null where it has none.</param>
    public SavedObjects(SavedObjectGraph? graph, ObjectGraph? checkpoint)
    {
        Nodes = graph?.Nodes.ToArray() ?? [];
        if (Nodes.Count == 0)
            return;
        foreach (SavedObject node in Nodes)
        {
            if (node.Children.Any(child => child.NodeId < 0 || child.NodeId >= Nodes.Count))
                throw new TfLbfgsException("The graph of objects has an edge to no object. The file is damaged; save it again.");
        }

        HashSet<(int, int)> visited = [(0, 0)];
        Queue<(int Node, int Checkpoint, string Path, int Depth)> open = new([(0, 0, "", 0)]);
        HashSet<int> named = [];
        while (open.TryDequeue(out (int Node, int Checkpoint, string Path, int Depth) next))
        {
            SavedObject node = Nodes[next.Node];
            ObjectGraphNode? stored = next.Checkpoint >= 0 ? checkpoint?.Nodes[next.Checkpoint] : null;
            if (visited.Count > MaxVisits + (4 * Nodes.Count))
                throw new TfLbfgsException("The objects and those of the checkpoint do not fit together. The file is damaged or hostile.");
            if (next.Depth > MaxDepth)
                continue;
            Dictionary<string, int> places = new(StringComparer.Ordinal);
            foreach ((string name, int place) in stored?.Children ?? [])
                places.TryAdd(name, place);
            if (node.Variable is not null && stored?.Key is { } key && _keyOfNode.TryAdd(next.Node, key))
                _nodeOfKey.TryAdd(key, next.Node);
            if (node.Function is not null && named.Add(next.Node))
                Functions.Add((next.Path, node.Function));
            foreach (ObjectReference child in node.Children)
            {
                int other = places.GetValueOrDefault(child.LocalName, -1);
                // The signatures are what signature_def says.
                if ((next.Path.Length > 0 || child.LocalName != "signatures") && visited.Add((child.NodeId, other)))
                    open.Enqueue(
                        (child.NodeId, other, next.Path.Length == 0 ? child.LocalName : $"{next.Path}/{child.LocalName}", next.Depth + 1));
            }
        }
    }

    /// <summary>The objects; the first is the one that was saved.</summary>
    public IReadOnlyList<SavedObject> Nodes { get; }

    /// <summary>The functions, each under its shortest path.</summary>
    public List<(string Path, SavedFunctionObject Function)> Functions { get; } = [];

    /// <summary>The variable whose value has a key in the checkpoint; null: none is known.</summary>
    public SavedVariable? VariableOf(string key) => _nodeOfKey.TryGetValue(key, out int node) ? Nodes[node].Variable : null;

    /// <summary>The key of the value of a variable; null: none is known.</summary>
    public string? KeyOf(int node) => _keyOfNode.GetValueOrDefault(node);

    /// <summary>
    /// Where a variable stands: in the order of the list <c>variables</c> of the saved object where it has one, as those of Keras do, else
    /// in that of the paths.
    /// </summary>
    public int OrderOf(string key)
    {
        _order ??= MakeOrder();
        return _order.GetValueOrDefault(key, int.MaxValue);
    }

    /// <summary>The signatures with the traces that they call.</summary>
    public IEnumerable<(string Name, SavedConcreteFunction Function, string Trace)> Signatures(SavedObjectGraph? graph)
    {
        if (graph is null || Nodes.Count == 0
            || Nodes[0].Children.FirstOrDefault(child => child.LocalName == "signatures") is not { } signatures)
            yield break;
        foreach (ObjectReference signature in Nodes[signatures.NodeId].Children)
        {
            string? trace = Nodes[signature.NodeId].BareConcreteFunction?.ConcreteFunctionName;
            if (trace is not null && graph.ConcreteFunctions.TryGetValue(trace, out SavedConcreteFunction? function))
                yield return (signature.LocalName, function, trace);
        }
    }

    private Dictionary<string, int> MakeOrder()
    {
        Dictionary<string, int> order = new(StringComparer.Ordinal);
        if (Nodes.Count == 0)
            return order;
        foreach (string list in (string[])["variables", "trainable_variables"])
        {
            if (Nodes[0].Children.FirstOrDefault(child => child.LocalName == list) is not { } edge)
                continue;
            foreach (ObjectReference item in Nodes[edge.NodeId].Children.OrderBy(child => int.TryParse(child.LocalName, out int place)
                ? place : int.MaxValue))
            {
                if (KeyOf(item.NodeId) is { } key)
                    order.TryAdd(key, order.Count);
            }
        }

        foreach (string key in _keyOfNode.Values)
            order.TryAdd(key, order.Count);
        return order;
    }

    /// <summary>The names of the trained variables of a graph of TensorFlow 1; null: it does not say.</summary>
    public static HashSet<string>? TrainedOf(MetaGraphDef graph)
    {
        if (!graph.CollectionDef.TryGetValue("trainable_variables", out CollectionDef? collection) || collection.BytesList is not { } list)
            return null;
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Google.Protobuf.ByteString variable in list.Value)
        {
            // VariableDef: variable_name = 1
            ProtoReader reader = new(variable.Span);
            while (reader.Read())
            {
                if (reader.Field == 1)
                    names.Add(Encoding.UTF8.GetString(reader.Bytes).Split(':')[0]);
            }
        }

        return names;
    }
}
