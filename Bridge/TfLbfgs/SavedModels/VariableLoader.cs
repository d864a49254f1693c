using TfLbfgs.Formats.Protos;
using TfLbfgs.Formats.SavedModels;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>
/// Restores the variables of a SavedModel. A graph of TensorFlow 2 has nodes of its own for the variables of each signature, with copies of
/// the values: they become the variables of the objects, as in Python, so that an assignment is seen by all functions.
/// </summary>
internal sealed class VariableLoader(SavedModelFolder folder, MetaGraphDef graph, GraphSession session)
{
    private readonly Dictionary<string, string> _keyOfNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _nodeOfKey = new(StringComparer.Ordinal);

    /// <summary>The objects of the model.</summary>
    public SavedObjects Objects { get; private set; } = new(null, null);

    /// <summary>For each key of the checkpoint the variable that has its value.</summary>
    public Dictionary<string, Variable> VariableOfKey { get; } = new(StringComparer.Ordinal);

    /// <summary>Restores all.</summary>
    public void Load()
    {
        NodeDef[] nodes = [.. session.Graph.Nodes.Where(node => GraphResources.IsVariable(node.Op))];
        string prefix = folder.VariablesPrefix;
        if (nodes.Length == 0 && !File.Exists(prefix + ".index"))
        {
            Objects = new SavedObjects(graph.ObjectGraphDef, null);
            return;
        }

        using var checkpoint = TensorBundleReader.Open(prefix);
        Objects = new SavedObjects(graph.ObjectGraphDef, checkpoint.ReadText(ObjectGraph.TensorName) is { } text
            ? ObjectGraph.Parse(text) : null);
        VariableRestore restore = new(checkpoint, prefix);
        Run(restore, prefix);
        foreach (NodeDef node in nodes)
        {
            if (restore.ReceivedBy(session.Resources.Handle(node)) is not { } received)
                continue;
            _keyOfNode[node.Name] = received.Key;
            _nodeOfKey.TryAdd(received.Key, node.Name);
        }

        ShareVariablesOfSignatures();
        Create(nodes, restore);
    }

    private void Run(VariableRestore restore, string prefix)
    {
        if (graph.SaverDef is not { RestoreOpName.Length: > 0 } saver)
            return;
        GraphInput file = GraphInput.Parse(saver.FilenameTensorName);
        session.Restore = restore;
        try
        {
            GraphRun.Graph(session, [new GraphInput(GraphInput.Parse(saver.RestoreOpName).Node, "", 0, true)],
                new Dictionary<(int, int), Tensor>
                {
                    [(session.Graph.Require(file.Node), file.Index)] = Tensor.FromStrings([prefix], Shape.Scalar),
                });
        }
        finally
        {
            session.Restore = null;
        }
    }

    /// <summary>
    /// The node of a signature calls a function with variables of the graph; the objects say which variables these are.
    /// </summary>
    private void ShareVariablesOfSignatures()
    {
        foreach ((string name, SavedConcreteFunction function, string trace) in Objects.Signatures(graph.ObjectGraphDef))
        {
            if (!graph.SignatureDef.TryGetValue(name, out SignatureDef? signature)
                || signature.Outputs.Values.FirstOrDefault()?.Name is not { Length: > 0 } output)
                continue;
            int index = session.Graph.Find(GraphInput.Parse(output).Node);
            if (index < 0 || !session.Graph.Nodes[index].Attr.TryGetValue("f", out AttrValue? called) || called.Func?.Name != trace)
                continue;
            GraphInput[] inputs = [.. session.Graph.InputsOf(index).Where(input => !input.IsControl)];
            int first = inputs.Length - function.BoundInputs.Count;
            for (int i = 0; first >= 0 && i < function.BoundInputs.Count; i++)
            {
                int node = session.Graph.Find(inputs[first + i].Node);
                if (node >= 0 && session.Graph.Nodes[node].Op == "VarHandleOp" && Objects.KeyOf(function.BoundInputs[i]) is { } key)
                    Share(session.Graph.Nodes[node], key);
            }
        }
    }

    private void Share(NodeDef node, string key)
    {
        if (!_nodeOfKey.TryGetValue(key, out string? owner))
            _nodeOfKey[key] = node.Name;
        else if (owner != node.Name)
            session.Resources.Redirect(node, session.Graph.Nodes[session.Graph.Require(owner)]);
    }

    private void Create(NodeDef[] nodes, VariableRestore restore)
    {
        HashSet<string>? trained = SavedObjects.TrainedOf(graph);
        Dictionary<string, string> keyOfOwner = _nodeOfKey.GroupBy(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.MinBy(Objects.OrderOf)!, StringComparer.Ordinal);
        List<(Variable Variable, int Order)> variables = [];
        foreach (NodeDef node in nodes)
        {
            Tensor handle = session.Resources.Handle(node);
            if (session.Resources.VariableOf(handle) is null)
            {
                (DType dtype, Shape declared) = session.Resources.Declared[node.Name];
                // One that nothing is restored into is no part of the model, unless the graph gives it a value by itself.
                string? key = keyOfOwner.GetValueOrDefault(node.Name);
                SavedVariable? saved = key is null ? null : Objects.VariableOf(key);
                Shape shape = declared.IsFullyKnown ? declared : restore.ReceivedBy(handle)?.Shape ?? declared;
                bool isTrained = saved?.Trainable ?? trained?.Contains(node.Name) ?? dtype.IsDifferentiable;
                Variable variable =
                    session.Resources.AddVariable(node, shape, saved?.Name is { Length: > 0 } name
                    ? name : node.Name, isTrained && dtype.IsDifferentiable);
                if (restore.ReceivedBy(handle) is not null)
                    variables.Add((variable, key is null ? int.MaxValue : Objects.OrderOf(key)));
            }
        }

        foreach ((string key, string node) in _nodeOfKey)
            VariableOfKey[key] = session.Resources.VariableOf(session.Resources.Handle(session.Graph.Nodes[session.Graph.Require(node)]))!;
        // Where several nodes received values of keys of their own and share a variable, saving writes all of these.
        foreach ((string node, string key) in _keyOfNode)
            VariableOfKey[key] = session.Resources.VariableOf(session.Resources.Handle(session.Graph.Nodes[session.Graph.Require(node)]))!;
        session.Variables.AddRange(variables.OrderBy(variable => variable.Order).Select(variable => variable.Variable));
    }
}
