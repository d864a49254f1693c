using System.Runtime.CompilerServices;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>The functions of the objects of a SavedModel of TensorFlow 2, with what they captured.</summary>
internal sealed class ObjectFunctions
{
    private const int MaxTraces = 20_000;

    private readonly GraphSession _session;
    private readonly SavedObjects _objects;
    private readonly MetaGraphDef _graph;
    private readonly Dictionary<int, Tensor?> _tables = [];
    private readonly Dictionary<string, Variable> _byKey;

    /// <summary>Takes the objects.</summary>
    public ObjectFunctions(GraphSession session, SavedObjects objects, MetaGraphDef graph, Dictionary<string, Variable> variableOfKey)
    {
        _session = session;
        _objects = objects;
        _graph = graph;
        _byKey = variableOfKey;
    }

    /// <summary>All functions by their paths.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SavedFunction>> All()
    {
        Dictionary<string, IReadOnlyList<SavedFunction>> all = new(StringComparer.Ordinal);
        int count = 0;
        foreach ((string path, SavedFunctionObject function) in _objects.Functions)
        {
            List<SavedFunction> traces = [];
            foreach (string trace in function.ConcreteFunctions)
            {
                if (++count > MaxTraces)
                    throw new TfLbfgsException(
                        $"expected at most {MaxTraces} traces of functions, received more. The file is damaged or hostile");
                if (_graph.ObjectGraphDef.ConcreteFunctions.TryGetValue(trace, out SavedConcreteFunction? saved)
                    && _session.Library.Has(trace))
                    traces.Add(Create(path, trace, saved, function.FunctionSpec));
            }

            if (traces.Count > 0)
                all.TryAdd(path, traces);
        }

        return all;
    }

    private SavedFunction Create(string path, string trace, SavedConcreteFunction saved, FunctionSpec? spec)
    {
        Variable[] variables = [.. saved.BoundInputs.Select(VariableOf).OfType<Variable>()];
        return GraphFunctions.Trace(_session, path, trace, saved, Names(spec), node => Captured(trace, node), variables);
    }

    /// <summary>The names of positional arguments: the first entry of <c>FullArgSpec</c>, without that of the object.</summary>
    private static string[] Names(FunctionSpec? spec)
    {
        IEnumerable<StructuredValue> names =
            spec?.Fullargspec?.NamedTupleValue?.Values.FirstOrDefault(pair => pair.Key == "args")?.Value?.ListValue?.Values ?? [];
        return [.. names.Skip(spec!.IsMethod ? 1 : 0).Select(name => name.StringValue)];
    }

    private Variable? VariableOf(int node) =>
        node >= 0 && node < _objects.Nodes.Count && _objects.KeyOf(node) is { } key ? _byKey.GetValueOrDefault(key) : null;

    /// <summary>The tensor that stands for an object which a function captured.</summary>
    private Tensor Captured(string trace, int node)
    {
        if (VariableOf(node) is { } variable)
            return variable.Handle;
        SavedObject? saved = node >= 0 && node < _objects.Nodes.Count ? _objects.Nodes[node] : null;
        switch (saved?.KindCase)
        {
            case SavedObject.KindOneofCase.Constant:
                return GraphRun.Graph(_session, [new GraphInput(saved.Constant.Operation, "", 0, false)],
                    new Dictionary<(int, int), Tensor>())[0];
            case SavedObject.KindOneofCase.Asset when saved.Asset.AssetFileDefIndex < _graph.AssetFileDef.Count
                && saved.Asset.AssetFileDefIndex >= 0:
                return Tensor.FromStrings(
                    [_session.Assets[GraphInput.Parse(_graph.AssetFileDef[saved.Asset.AssetFileDefIndex].TensorInfo.Name).Node]],
                    Shape.Scalar);
            case SavedObject.KindOneofCase.Resource:
                return Table(trace, node, saved);
            default:
                throw new TfLbfgsException($"The function '{trace}' captures an object of the kind {saved?.KindCase}, which is not "
                    + "supported. Call a signature instead.");
        }
    }

    /// <summary>A table: made and filled by functions of its own.</summary>
    private Tensor Table(string trace, int node, SavedObject table)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_tables.TryGetValue(node, out Tensor? known))
            return known ?? throw new TfLbfgsException(
                $"The function '{trace}' captures a table that is made of itself. The file is damaged; save it again.");
        _tables[node] = null;
        Tensor resource = _session.Resources.Shared(
            FormattableString.Invariant($"object_{node}"),
            () => Run("_create_resource")
                ?? throw new TfLbfgsException(
                $"The function '{trace}' captures a table that nothing makes. The file is damaged; save it again."));
        // Filling it captures it.
        _tables[node] = resource;
        using (DispatchFrame.OpenEager())
        using (new TensorScope())
            Run("_initialize");
        return resource;

        Tensor? Run(string name)
        {
            int child = table.Children.FirstOrDefault(edge => edge.LocalName == name)?.NodeId ?? -1;
            string? function = child >= 0 ? _objects.Nodes[child].Function?.ConcreteFunctions.FirstOrDefault() : null;
            if (function is null || !_graph.ObjectGraphDef.ConcreteFunctions.TryGetValue(function, out SavedConcreteFunction? saved))
                return null;
            return GraphRun.Function(_session, _session.Library.Body(function),
                [.. saved.BoundInputs.Select(bound => Captured(function, bound))]).FirstOrDefault();
        }
    }
}
