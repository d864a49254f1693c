using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Graphs;

namespace TfLbfgs.SavedModels;

/// <summary>
/// The functions of a graph, by name. They are run node by node through the dispatch point, so that traces and tapes see their ops; a
/// function that only an op calls, as that of a data set, is given to the context under a name of its own.
/// </summary>
internal sealed class GraphLibrary : IDisposable
{
    private static long _created;

    private readonly Dictionary<string, FunctionDef> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GraphBody> _bodies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _native = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly string _suffix = string.Create(CultureInfo.InvariantCulture, $"__saved_{Interlocked.Increment(ref _created)}");

    /// <summary>Takes the functions of a graph.</summary>
    public GraphLibrary(GraphDef graph)
    {
        foreach (FunctionDef function in graph.Library?.Function ?? [])
        {
            if (function.Signature is null || !_functions.TryAdd(function.Signature.Name, function))
                throw new TfLbfgsException($"A graph: two functions are called '{function.Signature?.Name}', or one has no name. The "
                    + "file is damaged; save it again.");
        }
    }

    /// <summary>What is added to the names of resources, so that two models in one process do not share them.</summary>
    public string Suffix => _suffix;

    /// <summary>Whether an op is a function of the graph.</summary>
    public bool Has(string name) => _functions.ContainsKey(name);

    /// <summary>A function, to be run.</summary>
    /// <exception cref="TfLbfgsException">There is none of that name.</exception>
    public GraphBody Body(string name)
    {
        lock (_gate)
        {
            if (!_bodies.TryGetValue(name, out GraphBody? body))
                _bodies[name] = body = GraphBody.Of(Require(name));
            return body;
        }
    }

    /// <summary>The results of a function with their dtypes.</summary>
    public IReadOnlyList<OpDef.Types.ArgDef> ResultsOf(string name) => Require(name).Signature.OutputArg;

    /// <summary>The function that an attribute of a node names.</summary>
    /// <exception cref="TfLbfgsException">The node names none, or there is none of that name.</exception>
    public GraphBody Body(NodeDef node, string attribute) => Body(
        node.Attr.TryGetValue(attribute, out AttrValue? value) && value.Func is { } function
            ? function.Name
            : throw new TfLbfgsException($"A graph: node '{node.Name}' of the op {node.Op} names no function as '{attribute}'. The file "
                + "is damaged; save it again."));

    /// <summary>Gives a function, and those that it calls, to the context.</summary>
    /// <returns>The name there.</returns>
    public string NativeName(string name)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        lock (_gate)
        {
            if (_native.TryGetValue(name, out string? known))
                return known;
            FunctionDef function = Require(name).Clone();
            // Known before its nodes are renamed: it may call itself.
            string native = name + _suffix;
            _native[name] = native;
            function.Signature.Name = native;
            foreach (NodeDef node in function.NodeDef)
                Rename(node);
            GraphBuilder.AddFunctionToContext(native, function.ToByteArray());
            return native;
        }
    }

    /// <summary>Gives a function that was made of nodes of the graph to the context.</summary>
    /// <returns>The name there.</returns>
    public string AddNative(FunctionDef function)
    {
        lock (_gate)
        {
            string native = string.Create(CultureInfo.InvariantCulture, $"{function.Signature.Name}_{_native.Count}{_suffix}");
            _native[native] = native;
            function.Signature.Name = native;
            foreach (NodeDef node in function.NodeDef)
                Rename(node);
            GraphBuilder.AddFunctionToContext(native, function.ToByteArray());
            return native;
        }
    }

    /// <summary>Takes the functions out of the context.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (string native in _native.Values)
                GraphBuilder.RemoveFunction(native);
            _native.Clear();
        }
    }

    private FunctionDef Require(string name) =>
        _functions.TryGetValue(name, out FunctionDef? function)
            ? function
            : throw new TfLbfgsException($"A graph: no function is called '{name}'. The file is damaged; save it again.");

    private void Rename(NodeDef node)
    {
        if (Has(node.Op))
            node.Op = NativeName(node.Op);
        foreach (AttrValue value in node.Attr.Values)
        {
            if (value.Func is { } function && Has(function.Name))
                function.Name = NativeName(function.Name);
            foreach (NameAttrList listed in value.List?.Func ?? [])
            {
                if (Has(listed.Name))
                    listed.Name = NativeName(listed.Name);
            }
        }
    }
}
