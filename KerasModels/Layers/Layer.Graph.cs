using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

public abstract partial class Layer
{
    private readonly List<Node> _nodes = [];

    /// <summary>Where the layer was applied to symbolic inputs, in that order.</summary>
    internal IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Applies the layer to a symbolic tensor, for a functional model. Python: <c>layer(keras_tensor)</c>.</summary>
    /// <param name="input">What <see cref="KerasTensor.Input"/>, another layer or an operation on such tensors returned.</param>
    /// <returns>The first output.</returns>
    /// <exception cref="TfLbfgsException">The shape or dtype does not fit, or the tensor is none of a functional model.</exception>
    public KerasTensor Apply(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Apply([input])[0];
    }

    /// <summary>Applies the layer, or model, to several symbolic tensors.</summary>
    /// <param name="inputs">One for each input.</param>
    /// <param name="arguments">Further arguments, such as a mask or an initial state; null: none.</param>
    /// <param name="training">Whether the layer behaves as in training whenever the model is called; null (default): as the model is
    /// called.</param>
    /// <returns>One for each output.</returns>
    /// <exception cref="TfLbfgsException">The number, a shape or a dtype does not fit.</exception>
    public IReadOnlyList<KerasTensor> Apply(IReadOnlyList<Tensor> inputs, CallArguments? arguments = null, bool? training = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        arguments ??= CallArguments.None;
        CheckArguments(arguments);
        if (inputs.Count == 0 && !arguments.AllTensors.Any())
            throw new TfLbfgsException($"{this}: expected at least one input, received none.");
        foreach (Tensor tensor in inputs.Concat(arguments.AllTensors))
        {
            if (tensor is not KerasTensor)
                throw new TfLbfgsException($"{this}: expected the symbolic tensors of a functional model, which KerasTensor.Input "
                    + $"begins, received {tensor?.Describe() ?? "null"}. Make constants by a layer of their own.");
        }

        if (!HasDType && inputs.Concat(arguments.AllTensors).FirstOrDefault(input => input.DType.IsFloating) is { } first)
            AdoptDType(first.DType);
        foreach (Tensor input in inputs)
        {
            if (CastsInputs && ComputeDType.IsFloating && input.DType.IsFloating && input.DType != ComputeDType && !DTypePolicy.IsMixed
                && !((KerasTensor)input).Node.Layer.DTypePolicy.IsMixed)
                throw new TfLbfgsException($"{this}: expected an input of {ComputeDType.PythonName}, received {input}.");
        }

        // Variables are named after the layer when they are made, which here is before a model names it.
        EnsureName();
        IReadOnlyList<(DType, Shape)> outputs = InferSymbolic([.. inputs.Select(input => (input.DType, input.Shape))], arguments);
        return AddNode([.. inputs.Cast<KerasTensor>()], arguments, outputs, training).Outputs;
    }

    /// <summary>
    /// The inputs after the first that Keras takes as arguments by name, where it does not take all in one list; empty (default) where it
    /// does.
    /// </summary>
    /// <param name="inputs">The inputs of a call.</param>
    /// <param name="generation">The generation of Keras.</param>
    internal virtual IReadOnlyList<(string Name, IReadOnlyList<KerasTensor> Tensors)> NamedInputs(IReadOnlyList<KerasTensor> inputs,
        KerasGeneration generation) => [];

    internal Node AddNode(IReadOnlyList<KerasTensor> inputs, CallArguments arguments, IReadOnlyList<(DType DType, Shape Shape)> outputs,
        bool? training)
    {
        Node node = new(this, _nodes.Count, inputs, arguments, training);
        node.Outputs = [.. outputs.Select((output, i) => new KerasTensor(node, i, output.Shape, output.DType))];
        _nodes.Add(node);
        return node;
    }

    /// <summary>Takes a name that no other layer of the process has, where it has none.</summary>
    internal void EnsureName()
    {
        if (!HasName)
            AdoptName(Node.NextName(this));
    }

    /// <summary>Builds the layer for symbolic inputs and infers its outputs.</summary>
    private protected virtual IReadOnlyList<(DType DType, Shape Shape)> InferSymbolic(IReadOnlyList<(DType DType, Shape Shape)> inputs,
        CallArguments arguments) => Infer(inputs, arguments);
}
