using System.Text;

namespace TfLbfgs.Formats.TensorBundle;

/// <summary>
/// The graph of the objects that a checkpoint was made of: nodes with named edges to others, and the key of the value of a variable.
/// Python: <c>TrackableObjectGraph</c>, the tensor
/// <c>_CHECKPOINTABLE_OBJECT_GRAPH</c>.
/// </summary>
public sealed class ObjectGraph
{
    /// <summary>The name of the tensor that holds the graph of a checkpoint.</summary>
    public const string TensorName = "_CHECKPOINTABLE_OBJECT_GRAPH";

    private const string VariableValue = "VARIABLE_VALUE";

    private ObjectGraph(IReadOnlyList<ObjectGraphNode> nodes) => Nodes = nodes;

    /// <summary>The nodes; the first is the object that was saved.</summary>
    public IReadOnlyList<ObjectGraphNode> Nodes { get; }

    /// <summary>Reads a graph.</summary>
    /// <param name="message">The protobuf message.</param>
    /// <returns>The graph, whose edges all lead to nodes.</returns>
    /// <exception cref="InvalidDataException">The message is damaged.</exception>
    public static ObjectGraph Parse(ReadOnlySpan<byte> message)
    {
        List<ObjectGraphNode> nodes = [];
        ProtoReader graph = new(message);
        while (graph.Read())
        {
            if (graph.Field == 1)
                nodes.Add(ParseNode(graph.Bytes));
        }

        if (nodes.Count == 0 || nodes.Any(node => node.Children.Any(child => child.Node < 0 || child.Node >= nodes.Count)))
            throw new InvalidDataException("a graph of objects with an edge to no node");
        return new ObjectGraph(nodes);
    }

    /// <summary>Writes a graph.</summary>
    /// <param name="nodes">The nodes; the first is the object that is saved.</param>
    /// <returns>The protobuf message.</returns>
    public static byte[] Serialize(IReadOnlyList<ObjectGraphNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ProtoWriter graph = new();
        foreach (ObjectGraphNode node in nodes)
        {
            ProtoWriter message = new();
            foreach ((string name, int id) in node.Children)
            {
                ProtoWriter child = new();
                child.Number(1, (ulong)id);
                child.Text(2, name);
                message.Bytes(1, child.ToArray());
            }

            if (node.Key is not null)
            {
                ProtoWriter attribute = new();
                attribute.Text(1, VariableValue);
                attribute.Text(2, node.Key);
                attribute.Text(3, node.Key);
                message.Bytes(2, attribute.ToArray());
            }

            graph.Bytes(1, message.ToArray());
        }

        return graph.ToArray();
    }

    private static ObjectGraphNode ParseNode(ReadOnlySpan<byte> message)
    {
        List<(string Name, int Node)> children = [];
        string? key = null;
        ProtoReader node = new(message);
        while (node.Read())
        {
            if (node.Field == 1)
                children.Add(ParseChild(node.Bytes));
            else if (node.Field == 2 && ParseAttribute(node.Bytes) is (VariableValue, { } of))
                key = of;
        }

        return new ObjectGraphNode(children, key);
    }

    private static (string Name, int Node) ParseChild(ReadOnlySpan<byte> message)
    {
        string name = "";
        int id = 0;
        ProtoReader child = new(message);
        while (child.Read())
        {
            if (child.Field == 1)
                id = (int)Math.Min(child.Number, int.MaxValue);
            else if (child.Field == 2)
                name = Encoding.UTF8.GetString(child.Bytes);
        }

        return (name, id);
    }

    private static (string Name, string? Key) ParseAttribute(ReadOnlySpan<byte> message)
    {
        string name = "";
        string? key = null;
        ProtoReader attribute = new(message);
        while (attribute.Read())
        {
            if (attribute.Field == 1)
                name = Encoding.UTF8.GetString(attribute.Bytes);
            else if (attribute.Field == 3)
                key = Encoding.UTF8.GetString(attribute.Bytes);
        }

        return (name, key);
    }
}
