using TfLbfgs.Formats.Protos;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>The variables, tables and other resources of a loaded graph; each is made once, at its first use.</summary>
internal sealed class GraphResources : IDisposable
{
    private readonly Dictionary<string, Tensor> _handles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DType DType, Shape Shape)> _declared = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Variable> _variables = [];
    private readonly Dictionary<string, Tensor> _shared = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Whether an op makes a variable.</summary>
    public static bool IsVariable(string op) => op == "VarHandleOp" || IsReference(op);

    /// <summary>Whether an op makes a variable of TensorFlow 1, whose output is the variable and its value at once.</summary>
    public static bool IsReference(string op) => op is "VariableV2" or "Variable";

    /// <summary>The names of the nodes that make variables, with what these declare.</summary>
    public IReadOnlyDictionary<string, (DType DType, Shape Shape)> Declared => _declared;

    /// <summary>The resource of a variable.</summary>
    /// <param name="node">The node that makes it.</param>
    public Tensor Handle(NodeDef node)
    {
        lock (_gate)
        {
            if (_handles.TryGetValue(node.Name, out Tensor? known))
                return known;
            DType dtype = NodeAttributes.DTypeOf(node.Attr.TryGetValue("dtype", out AttrValue? type) ? type.Type : 0);
            Shape shape = NodeAttributes.ShapeOf(node.Attr.TryGetValue("shape", out AttrValue? size) ? size.Shape : null);
            using (DispatchFrame.OpenEager())
            using (new TensorScope())
                _handles[node.Name] = known = RawOps.VarHandleOp(dtype, shape, container: "", sharedName: Variable.Anonymous).Alias();
            _declared[node.Name] = (dtype, shape);
            return known;
        }
    }

    /// <summary>Lets a node stand for the variable of another one.</summary>
    public void Redirect(NodeDef node, NodeDef owner)
    {
        Tensor own = Handle(node), shared = Handle(owner);
        if (own.Id == shared.Id)
            return;
        own.Dispose();
        _handles[node.Name] = shared.Alias();
    }

    /// <summary>Makes the resource of a node a variable.</summary>
    public Variable AddVariable(NodeDef node, Shape shape, string name, bool trainable)
    {
        Tensor handle = Handle(node);
        Variable variable = new(handle.Alias(), _declared[node.Name].DType, shape, name, trainable);
        _variables[handle.Id] = variable;
        return variable;
    }

    /// <summary>The variable of a resource; null: it is none of these.</summary>
    public Variable? VariableOf(Tensor handle) => _variables.GetValueOrDefault(handle.Id);

    /// <summary>A table or another resource that is shared by its name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="create">Makes it.</param>
    public Tensor Shared(string name, Func<Tensor> create)
    {
        lock (_gate)
        {
            if (_shared.TryGetValue(name, out Tensor? known))
                return known;
            using (DispatchFrame.OpenEager())
            using (new TensorScope())
                return _shared[name] = create().Alias();
        }
    }

    /// <summary>Frees them.</summary>
    public void Dispose()
    {
        foreach (Variable variable in _variables.Values)
            variable.Dispose();
        foreach (Tensor handle in _handles.Values)
            handle.Dispose();
        foreach (Tensor table in _shared.Values)
        {
            RawOps.DestroyResourceOp(table, ignoreLookupError: true);
            table.Dispose();
        }

        _variables.Clear();
        _handles.Clear();
        _shared.Clear();
    }
}
