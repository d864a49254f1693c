using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Layers;

public abstract partial class Layer
{
    private readonly List<Node> _nodes = [];

    /// <summary>Where the layer was applied to symbolic inputs, in that order.</summary>
    internal IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Applies the layer to the output of another one, for a functional model. Python: <c>layer(keras_tensor)</c>.</summary>
    /// <param name="input">What <see cref="KerasTensor.Input"/> or another layer returned.</param>
    /// <returns>The output.</returns>
    /// <exception cref="TfLbfgsException">The shape or dtype does not fit.</exception>
    public KerasTensor Apply(KerasTensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Apply([input])[0];
    }

    /// <summary>Applies the layer, or model, to several symbolic inputs.</summary>
    /// <param name="inputs">One for each input.</param>
    /// <returns>One for each output.</returns>
    /// <exception cref="TfLbfgsException">The number, a shape or a dtype does not fit.</exception>
    public IReadOnlyList<KerasTensor> Apply(IReadOnlyList<KerasTensor> inputs) => Apply(inputs, null);

    internal IReadOnlyList<KerasTensor> Apply(IReadOnlyList<KerasTensor> inputs, bool? training)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count == 0)
            throw new TfLbfgsException($"{this}: expected at least one input, received none.");
        if (!HasDType)
            AdoptDType(inputs[0].DType);
        foreach (KerasTensor input in inputs)
        {
            if (input.DType != DType)
                throw new TfLbfgsException($"{this}: expected an input of {DType.PythonName}, received {input}.");
        }

        IReadOnlyList<Tensors.Shape> shapes = BuildFor(inputs);
        return AddNode(inputs, shapes, training).Outputs;
    }

    internal Node AddNode(IReadOnlyList<KerasTensor> inputs, IReadOnlyList<Tensors.Shape> outputShapes, bool? training)
    {
        Node node = new(this, _nodes.Count, inputs, training);
        node.Outputs = [.. outputShapes.Select((shape, i) => new KerasTensor(node, i, shape, DType))];
        _nodes.Add(node);
        return node;
    }

    /// <summary>Takes a name that no other layer of the process has, where it has none.</summary>
    internal void EnsureName()
    {
        if (!HasName)
            AdoptName(Node.NextName(this));
    }

    /// <summary>Builds the layer for symbolic inputs and returns the shapes of its outputs.</summary>
    internal virtual IReadOnlyList<Tensors.Shape> BuildFor(IReadOnlyList<KerasTensor> inputs) => BuildForOne(inputs);

    /// <summary>Builds a layer of one input and one output.</summary>
    private protected IReadOnlyList<Tensors.Shape> BuildForOne(IReadOnlyList<KerasTensor> inputs)
    {
        if (inputs.Count != 1)
            throw new TfLbfgsException($"{this}: expected one input, received {inputs.Count}.");
        // Variables are named after the layer when they are made, which here is before a model names it.
        EnsureName();
        Build(inputs[0].Shape);
        return [ComputeOutputShape(inputs[0].Shape)];
    }
}
