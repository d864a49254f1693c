using TfLbfgs.Formats.Protos;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <content>
/// Graphs with the loops of TensorFlow 1, whose nodes form circles: TensorFlow itself runs them as one function, which no tape sees into.
/// </content>
internal sealed partial class GraphRun
{
    private Tensor[] RunNative(IReadOnlyList<GraphInput> results, IReadOnlyList<GraphInput> effects)
    {
        FunctionDef function = new() { Signature = new OpDef { Name = "loops", IsStateful = true } };
        List<Tensor> arguments = [];
        Dictionary<(int Node, int Output), string> given = [];
        foreach (((int node, int output), Tensor value) in _feeds)
            given[(node, output)] = AddArgument(value);
        for (int i = 0; i < _arguments.Count; i++)
        {
            function.Signature.InputArg.Add(new OpDef.Types.ArgDef { Name = _body.Arguments[i].Name, Type = (int)_arguments[i].DType });
            arguments.Add(_arguments[i]);
        }

        foreach (int index in _body.Order(results.Concat(effects), node => _values[node] is not null, out _))
        {
            NodeDef node = _body.Nodes[index];
            if (_feeds.Keys.Any(feed => feed.Node == index))
                continue;
            if (!_session.Options.AllowHostAccess)
                HostAccess.ThrowIfReached(node, _body.Description);
            if (GraphResources.IsVariable(node.Op))
            {
                AddVariable(index, node);
                continue;
            }

            NodeDef own = node.Clone();
            own.Device = "";
            own.Input.Clear();
            foreach (GraphInput input in _body.InputsOf(index))
            {
                if (!input.IsControl)
                    own.Input.Add(NameOf(input));
                else if (_body.Find(input.Node) is var at && !GraphResources.IsVariable(_body.Nodes[at].Op)
                    && !_feeds.Keys.Any(feed => feed.Node == at))
                    own.Input.Add($"^{input.Node}");
            }

            function.NodeDef.Add(own);
        }

        int count = 0;
        List<DType> types = [];
        foreach (GraphInput result in results.Where(result => !result.IsControl))
        {
            string name = FormattableString.Invariant($"result_{count++}");
            DType dtype = TypeOf(result);
            types.Add(dtype);
            function.Signature.OutputArg.Add(new OpDef.Types.ArgDef { Name = name, Type = (int)dtype });
            function.Ret[name] = NameOf(result);
        }

        foreach (GraphInput effect in effects.Concat(results.Where(result => result.IsControl)))
        {
            function.ControlRet[effect.Node] = effect.Node;
            function.Signature.ControlOutput.Add(effect.Node);
        }

        return RawOps.StatefulPartitionedCall([.. arguments], [.. types], new FunctionReference(_session.Library.AddNative(function)));

        string AddArgument(Tensor value)
        {
            string name = FormattableString.Invariant($"argument_{arguments.Count}");
            function.Signature.InputArg.Add(new OpDef.Types.ArgDef { Name = name, Type = (int)value.DType });
            arguments.Add(value);
            return name;
        }

        // The value of a variable is read at the start of the call.
        void AddVariable(int index, NodeDef node)
        {
            Tensor handle = _session.Resources.Handle(node);
            given[(index, 0)] = AddArgument(GraphResources.IsReference(node.Op) ? Read(handle) : handle);
        }

        string NameOf(GraphInput input)
        {
            int node = _body.Find(input.Node);
            if (node < 0 || input.Output.Length > 0)
                return input.Output.Length > 0 ? FormattableString.Invariant($"{input.Node}:{input.Output}:{input.Index}") : input.Node;
            return given.GetValueOrDefault((node, input.Index)) ?? Named(_body.Nodes[node], input.Index);
        }
    }

    /// <summary>An output that is counted through, by its name.</summary>
    private string Named(NodeDef node, int index)
    {
        int rest = index;
        foreach (OpDefinition.Argument argument in DefinitionOf(node).Outputs)
        {
            int count = CountOf(node, argument);
            if (rest < count)
                return FormattableString.Invariant($"{node.Name}:{argument.Name}:{rest}");
            rest -= count;
        }

        throw new TfLbfgsException($"{_body.Description}: node '{node.Name}' has no output {index}. The file is damaged; save it again.");
    }

    /// <summary>The dtype of an output, by the attributes of its node.</summary>
    private DType TypeOf(GraphInput source)
    {
        if (_body.FindArgument(source.Node) is var argument and >= 0)
            return _arguments[argument].DType;
        int node = _body.Require(source.Node);
        if (_feeds.TryGetValue((node, source.Index), out Tensor? fed))
            return fed.DType;
        NodeDef of = _body.Nodes[node];
        int rest = source.Index + (source.Output.Length > 0 ? OffsetOf(of, source.Output) : 0);
        foreach (OpDefinition.Argument output in DefinitionOf(of).Outputs)
        {
            int count = CountOf(of, output);
            if (rest >= count)
            {
                rest -= count;
                continue;
            }

            if (of.Attr.TryGetValue(output.TypeListAttribute.Length > 0
                ? output.TypeListAttribute : output.TypeAttribute, out AttrValue? value))
                return NodeAttributes.DTypeOf(value.List is { } list ? list.Type[rest] : value.Type);
            break;
        }

        throw new TfLbfgsException(
            $"{_body.Description}: the dtype of '{source.Node}' does not stand in its attributes, and the graph has loops of TensorFlow "
                + "1, which need it. Call a function that returns something else.");
    }
}
