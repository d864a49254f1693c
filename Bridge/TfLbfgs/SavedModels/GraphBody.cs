using TfLbfgs.Formats.Protos;

namespace TfLbfgs.SavedModels;

/// <summary>Nodes that are run together: a function, or the graph itself. Nothing of it changes.</summary>
internal sealed class GraphBody
{
    private const int MaxIdentities = 64;
    private const string Damaged = "The file is damaged; save it again.";
    private readonly Dictionary<string, int> _nodes;
    private readonly Dictionary<string, int> _arguments;
    private readonly GraphInput[]?[] _inputs;

    private GraphBody(string description, IReadOnlyList<NodeDef> nodes, IReadOnlyList<OpDef.Types.ArgDef> arguments)
    {
        Description = description;
        Nodes = nodes;
        Arguments = arguments;
        _inputs = new GraphInput[nodes.Count][];
        _arguments = new Dictionary<string, int>(arguments.Count, StringComparer.Ordinal);
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!_arguments.TryAdd(arguments[i].Name, i))
                throw new TfLbfgsException($"{description}: two arguments are called '{arguments[i].Name}'. {Damaged}");
        }

        _nodes = new Dictionary<string, int>(nodes.Count, StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            if (!_nodes.TryAdd(nodes[i].Name, i))
                throw new TfLbfgsException($"{description}: two nodes are called '{nodes[i].Name}'. {Damaged}");
        }
    }

    /// <summary>What it is, for messages.</summary>
    public string Description { get; }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<NodeDef> Nodes { get; }

    /// <summary>The arguments of a function.</summary>
    public IReadOnlyList<OpDef.Types.ArgDef> Arguments { get; }

    /// <summary>The results of a function.</summary>
    public IReadOnlyList<GraphInput> Results { get; private init; } = [];

    /// <summary>The names of the results of a function.</summary>
    public List<string> ResultNames { get; private init; } = [];

    /// <summary>Nodes that run although no result needs them.</summary>
    public IReadOnlyList<GraphInput> Effects { get; private init; } = [];

    /// <summary>The nodes of a graph.</summary>
    public static GraphBody Of(GraphDef graph) => new("The graph", graph.Node, []);

    /// <summary>A function.</summary>
    public static GraphBody Of(FunctionDef function)
    {
        OpDef signature = function.Signature ?? throw new TfLbfgsException($"A function has no signature. {Damaged}");
        string description = $"The function '{signature.Name}'";
        GraphInput[] results = [.. signature.OutputArg.Select(output => function.Ret.TryGetValue(output.Name, out string? source)
            ? GraphInput.Parse(source)
            : throw new TfLbfgsException($"{description}: the result '{output.Name}' has no source. {Damaged}"))];
        return new GraphBody(description, function.NodeDef, signature.InputArg)
        {
            Results = results,
            ResultNames = [.. signature.OutputArg.Select(output => output.Name)],
            Effects = [.. function.ControlRet.Values.Select(node => new GraphInput(node, "", 0, true))],
        };
    }

    /// <summary>The place of a node; -1: there is none of that name.</summary>
    public int Find(string node) => _nodes.GetValueOrDefault(node, -1);

    /// <summary>The place of an argument; -1: there is none of that name.</summary>
    public int FindArgument(string name) => _arguments.GetValueOrDefault(name, -1);

    /// <summary>The place of a node.</summary>
    /// <exception cref="TfLbfgsException">There is none of that name.</exception>
    public int Require(string node) =>
        _nodes.TryGetValue(node, out int index)
            ? index
            : throw new TfLbfgsException($"{Description}: no node is called '{node}'. {Damaged}");

    /// <summary>The inputs of a node.</summary>
    public GraphInput[] InputsOf(int node) => _inputs[node] ??= [.. Nodes[node].Input.Select(GraphInput.Parse)];

    /// <summary>The argument that a result is, passed on by nothing but Identity; -1: it is another value.</summary>
    public int ArgumentBehind(int result)
    {
        GraphInput source = Results[result];
        for (int steps = 0; steps < MaxIdentities; steps++)
        {
            if (_arguments.TryGetValue(source.Node, out int argument))
                return argument;
            int node = Require(source.Node);
            if (Nodes[node].Op != "Identity" || InputsOf(node) is not [{ IsControl: false } input, ..])
                return -1;
            source = input;
        }

        return -1;
    }

    /// <summary>The nodes that some need, in an order in which they can run.</summary>
    /// <param name="targets">What is needed.</param>
    /// <param name="isGiven">Whether the value of a node is known, so that it does not run.</param>
    /// <param name="hasLoops">Whether the nodes form loops, as in TensorFlow 1; then the order is of no use.</param>
    public List<int> Order(IEnumerable<GraphInput> targets, Func<int, bool> isGiven, out bool hasLoops)
    {
        List<int> order = [];
        hasLoops = false;
        // 0: not seen, 1: its inputs are being visited, 2: done.
        byte[] state = new byte[Nodes.Count];
        Stack<(int Node, int Next)> open = new();
        foreach (GraphInput target in targets)
        {
            if (_arguments.ContainsKey(target.Node) || state[Require(target.Node)] != 0)
                continue;
            Push(Require(target.Node));
            while (open.TryPop(out (int Node, int Next) top))
            {
                GraphInput[] inputs = isGiven(top.Node) ? [] : InputsOf(top.Node);
                if (top.Next == inputs.Length)
                {
                    state[top.Node] = 2;
                    order.Add(top.Node);
                    continue;
                }

                open.Push((top.Node, top.Next + 1));
                string name = inputs[top.Next].Node;
                if (_arguments.ContainsKey(name))
                    continue;
                int input = Require(name);
                hasLoops |= state[input] == 1;
                if (state[input] == 0)
                    Push(input);
            }
        }

        return order;

        void Push(int node)
        {
            state[node] = 1;
            open.Push((node, 0));
        }
    }
}
