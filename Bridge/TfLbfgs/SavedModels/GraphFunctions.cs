using TfLbfgs.Formats.Protos;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>Makes functions of the tensors and signatures of a graph.</summary>
internal static class GraphFunctions
{
    /// <summary>A signature.</summary>
    public static SavedFunction Signature(GraphSession session, string name, SignatureDef signature)
    {
        List<(TensorSpec Spec, GraphInput Place)> inputs = Expand(signature.Inputs), outputs = Expand(signature.Outputs);
        Dictionary<string, Func<Tensor>> defaults = new(StringComparer.Ordinal);
        foreach ((string input, TensorProto value) in signature.Defaults)
            defaults[input] = () => NodeAttributes.Constant(value);
        return Between(session, name, inputs, outputs, defaults);
    }

    /// <summary>What a graph computes between tensors.</summary>
    public static SavedFunction Between(
        GraphSession session, string name, IReadOnlyList<(TensorSpec Spec, GraphInput Place)> inputs,
            IReadOnlyList<(TensorSpec Spec, GraphInput Place)> outputs,
        IReadOnlyDictionary<string, Func<Tensor>> defaults)
    {
        (int Node, int Output)[] fed = [.. inputs.Select(input => (session.Graph.Require(input.Place.Node), input.Place.Index))];
        GraphInput[] targets = [.. outputs.Select(output => output.Place)];
        HashSet<int> given = [.. fed.Select(feed => feed.Node)];
        List<int> nodes = session.Graph.Order(targets, given.Contains, out _);
        Variable[] variables = [.. nodes.Select(node => session.Graph.Nodes[node]).Where(node => GraphResources.IsVariable(node.Op))
            .Select(node => session.Resources.VariableOf(session.Resources.Handle(node))).OfType<Variable>()];
        FunctionForm form =
            new([.. inputs.Select(input => input.Spec)], [.. outputs.Select(output => output.Spec)],
            session.InOrder(variables))
            { Defaults = defaults };
        return new SavedFunction(session, name, form, arguments =>
        {
            Dictionary<(int, int), Tensor> feeds = [];
            for (int i = 0; i < fed.Length; i++)
                feeds[fed[i]] = arguments[i];
            return GraphRun.Graph(session, targets, feeds);
        });
    }

    /// <summary>A trace of a function of an object.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="name">The name for users.</param>
    /// <param name="trace">The name of the trace.</param>
    /// <param name="saved">What is said of the trace.</param>
    /// <param name="argumentNames">The names of positional arguments.</param>
    /// <param name="captured">The objects that it captured; null for one that cannot be had.</param>
    /// <param name="variables">The variables among them.</param>
    public static SavedFunction Trace(
        GraphSession session, string name, string trace, SavedConcreteFunction saved, IReadOnlyList<string> argumentNames,
            Func<int, Tensor> captured, IReadOnlyList<Variable> variables)
    {
        GraphBody body = session.Library.Body(trace);
        int given = body.Arguments.Count - saved.BoundInputs.Count;
        if (given < 0)
            throw new TfLbfgsException($"The function '{trace}' captures {saved.BoundInputs.Count} objects and has "
                + $"{body.Arguments.Count} arguments. The file is damaged; save it again.");
        List<TensorSpec> inputs = Typed(
            SavedStructure.Arguments(saved.CanonicalizedInputSignature, argumentNames), [.. body.Arguments.Take(given)]);
        List<TensorSpec> outputs = Typed(SavedStructure.Flatten(saved.OutputSignature, "output"), session.Library.ResultsOf(trace));
        int[] bound = [.. saved.BoundInputs];
        FunctionForm form = new(inputs, outputs, session.InOrder(variables));
        return new SavedFunction(
            session, name, form, arguments => GraphRun.Function(session, body, [.. arguments, .. bound.Select(captured)]));
    }

    // The dtypes of the function are those that count; where the structure does not tell its tensors, these have the names of the function.
    private static List<TensorSpec> Typed(List<TensorSpec> specs, IReadOnlyList<OpDef.Types.ArgDef> arguments)
    {
        bool areNamed = specs.Count == arguments.Count && specs.DistinctBy(spec => spec.Name).Count() == specs.Count;
        return [.. arguments.Select((argument, i) => areNamed
            ? specs[i] with { DType = NodeAttributes.DTypeOf(argument.Type) }
            : new TensorSpec(argument.Name, NodeAttributes.DTypeOf(argument.Type), specs.Count == arguments.Count
                ? specs[i].Shape : Shape.Unknown))];
    }

    /// <summary>The tensors of a signature by name, in the order of Python; a sparse one is three.</summary>
    private static List<(TensorSpec Spec, GraphInput Place)> Expand(IReadOnlyDictionary<string, TensorInfo> tensors)
    {
        List<(TensorSpec, GraphInput)> all = [];
        foreach ((string name, TensorInfo info) in tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
        {
            DType dtype = NodeAttributes.DTypeOf(info.Dtype);
            if (info.CooSparse is { } sparse)
            {
                all.Add((new TensorSpec($"{name}/indices", DType.Int64, new long[] { -1, -1 }),
                    GraphInput.Parse(sparse.IndicesTensorName)));
                all.Add((new TensorSpec($"{name}/values", dtype, new long[] { -1 }), GraphInput.Parse(sparse.ValuesTensorName)));
                all.Add((new TensorSpec($"{name}/dense_shape", DType.Int64, new long[] { -1 }),
                    GraphInput.Parse(sparse.DenseShapeTensorName)));
            }
            else
            {
                all.Add((new TensorSpec(name, dtype, NodeAttributes.ShapeOf(info.TensorShape)), GraphInput.Parse(info.Name)));
            }
        }

        return all;
    }
}
