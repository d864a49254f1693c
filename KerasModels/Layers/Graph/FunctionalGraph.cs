using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The layers between the inputs and the outputs of a functional model, ordered as Keras orders them: by their longest distance to an
/// output, those farthest away first, then in the order in which
/// a walk back from the outputs meets them. Weights in files follow that order.
/// </summary>
internal sealed class FunctionalGraph
{
    private readonly List<Node> _nodes;
    private readonly HashSet<Node> _members;

    /// <exception cref="TfLbfgsException">An output does not depend on the inputs alone.</exception>
    public FunctionalGraph(IReadOnlyList<KerasTensor> inputs, IReadOnlyList<KerasTensor> outputs)
    {
        Inputs = inputs;
        Outputs = outputs;
        HashSet<Node> inputNodes = [.. inputs.Select(input => input.Node)];
        foreach (KerasTensor input in inputs)
        {
            if (input.Node.Sources.Any())
                throw new TfLbfgsException(
                    $"Expected the inputs of a model to come from KerasTensor.Input, received {input}, an output of {input.Node.Layer}.");
        }

        List<Node> sorted = [];
        Dictionary<Layer, int> met = [];
        HashSet<Node> finished = [], open = [];
        foreach (KerasTensor output in outputs)
            Visit(output.Node, sorted, met, finished, open);
        foreach (Node node in sorted)
        {
            if (!node.Sources.Any() && !inputNodes.Contains(node))
                throw new TfLbfgsException(
                    $"The outputs depend on the input '{node.Layer.Name}', which is not among the inputs of the model. Add it.");
        }

        (Dictionary<Node, int> nodeDepths, Dictionary<Layer, int> layerDepths) = Depths(sorted);
        foreach (Node node in inputs.Select(input => input.Node))
        {
            // An input that no output depends on still belongs to the model.
            if (layerDepths.TryAdd(node.Layer, 0))
            {
                met.Add(node.Layer, met.Count);
                nodeDepths[node] = 0;
                sorted.Add(node);
            }
        }

        Layers = [.. layerDepths.Keys.OrderByDescending(layer => layerDepths[layer]).ThenBy(layer => met[layer])];
        _nodes = [.. sorted.OrderByDescending(node => nodeDepths[node])];
        _members = [.. _nodes];
    }

    public IReadOnlyList<KerasTensor> Inputs { get; }

    public IReadOnlyList<KerasTensor> Outputs { get; }

    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>
    /// The dtypes of the model: those of its first input of a floating-point dtype, in mixed precision those of the layers.
    /// </summary>
    public DTypePolicy DTypePolicy => Layers.FirstOrDefault(layer => layer.DTypePolicy.IsMixed)?.DTypePolicy
        ?? (Inputs.FirstOrDefault(input => input.DType.IsFloating) is { } first
            ? first.DType : (Layers.FirstOrDefault(layer => layer.HasDType && layer.DType.IsFloating)?.DTypePolicy ?? KerasConfig.FloatX));

    /// <summary>The applications of a layer that belong to this model, in order.</summary>
    public IReadOnlyList<Node> NodesOf(Layer layer) => [.. layer.Nodes.Where(_members.Contains)];

    /// <summary>Computes the outputs, layer by layer, within the call of the model.</summary>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        Dictionary<Tensor, Tensor> values = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < inputs.Count; i++)
            values[Inputs[i]] = inputs[i];
        foreach (Node node in _nodes)
        {
            if (!node.Sources.Any())
                continue;
            // A call that said training or not keeps to it, regardless of how the model is called.
            Tensor[] outputs =
                node.Layer.Call([.. node.Inputs.Select(input => values[input])], node.Arguments.IsEmpty
                ? null : node.Arguments.Select(tensor => values[tensor]), node.EffectiveTraining);
            for (int i = 0; i < outputs.Length; i++)
                values[node.Outputs[i]] = outputs[i];
        }

        return [.. Outputs.Select(output => values[output])];
    }

    private static void Visit(Node node, List<Node> sorted, Dictionary<Layer, int> met, HashSet<Node> finished, HashSet<Node> open)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (finished.Contains(node))
            return;
        if (!open.Add(node))
            throw new TfLbfgsException($"{node.Layer} depends on itself. A model has no cycles.");
        met.TryAdd(node.Layer, met.Count);
        foreach (KerasTensor input in node.Sources)
            Visit(input.Node, sorted, met, finished, open);
        open.Remove(node);
        finished.Add(node);
        sorted.Add(node);
    }

    private static (Dictionary<Node, int> Nodes, Dictionary<Layer, int> Layers) Depths(List<Node> sorted)
    {
        Dictionary<Node, int> nodes = [];
        Dictionary<Layer, int> layers = [];
        for (int i = sorted.Count - 1; i >= 0; i--)
        {
            Node node = sorted[i];
            // A shared layer stands as deep as its deepest application.
            int depth = Math.Max(nodes.GetValueOrDefault(node), layers.GetValueOrDefault(node.Layer));
            layers[node.Layer] = depth;
            nodes[node] = depth;
            foreach (KerasTensor input in node.Sources)
                nodes[input.Node] = Math.Max(nodes.GetValueOrDefault(input.Node), depth + 1);
        }

        return (nodes, layers);
    }
}
