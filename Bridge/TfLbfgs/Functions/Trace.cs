using TfLbfgs.Graphs;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// Records the ops of one function while its C# code runs once. A tensor from outside becomes an input of the function, never a constant. Ops that touch
/// one resource, and stateful ones, are ordered by control edges: a graph promises no other order than that of its edges.
/// </summary>
internal sealed class Trace : IOperationTarget, IDisposable
{
    private readonly GraphBuilder _graph = new();
    private readonly Dictionary<long, SymbolicTensor> _captureOf = [];
    private readonly List<Tensor> _captures = [];
    private readonly List<SymbolicTensor> _placeholders = [];
    private readonly Dictionary<GraphOutput, ResourceOrder> _resources = [];
    private readonly List<nint> _effects = [];
    private readonly List<NestedFunction> _nested = [];
    private readonly Trace? _outer;
    private nint _lastStateful;

    /// <summary>Opens a trace.</summary>
    /// <param name="description">What is traced, for messages.</param>
    /// <param name="outer">For the body of a loop, the trace that the loop is part of: its tensors are captured like those from outside.</param>
    public Trace(string description, Trace? outer = null)
    {
        Description = description;
        _outer = outer;
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public bool IsOpen { get; private set; } = true;

    /// <summary>The tensors from outside that the function uses, in the order of their inputs; leased until <see cref="ReleaseCaptures"/>, or by the function that takes them over.</summary>
    public IReadOnlyList<Tensor> Captures => _captures;

    /// <summary>Whether the function does more than to compute its results: it assigns, draws random numbers, prints.</summary>
    public bool HasEffects => _effects.Count > 0;

    /// <summary>The functions that its loops call; they live as long as it does.</summary>
    public IReadOnlyList<NestedFunction> Nested => _nested;

    /// <summary>Takes over the functions of a loop.</summary>
    public void Hold(NestedFunction function) => _nested.Add(function);

    /// <summary>Makes a tensor from outside an input at once, so that code which refers to it by identity finds it although its owner disposed it.</summary>
    public void Capture(Tensor tensor) => Import(tensor);

    /// <summary>Adds an argument.</summary>
    public SymbolicTensor AddInput(DType dtype, Shape shape)
    {
        SymbolicTensor tensor = new(this, _graph.AddPlaceholder(dtype, shape), dtype, shape);
        _placeholders.Add(tensor);
        return tensor;
    }

    /// <inheritdoc/>
    public Tensor[] Record(Operation operation)
    {
        GraphOutput[] inputs = new GraphOutput[operation.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = Import(operation.Inputs[i]);
        List<nint> before = [];
        bool touchesResource = false;
        bool writes = operation.Name is not ("ReadVariableOp" or "ResourceGather" or "ResourceGatherNd" or "VariableShape");
        for (int i = 0; i < inputs.Length; i++)
        {
            if (operation.Inputs[i].DType != DType.Resource)
                continue;
            touchesResource = true;
            Order(inputs[i]).CollectPredecessors(writes, before);
        }

        if (operation.IsStateful && !touchesResource && _lastStateful != 0)
            before.Add(_lastStateful);
        nint node = _graph.AddNodeWithoutOutputs(operation, inputs, Device.Current, before);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (operation.Inputs[i].DType == DType.Resource)
                Order(inputs[i]).Add(node, writes);
        }

        if (operation.IsStateful && !touchesResource)
            _lastStateful = node;
        if ((operation.IsStateful || touchesResource) && writes)
            _effects.Add(node);
        return Array.ConvertAll(GraphBuilder.Outputs(node), output => (Tensor)new SymbolicTensor(this, output, GraphBuilder.TypeOf(output), _graph.ShapeOf(output)) { RequestedDevice = Device.Current });
    }

    /// <inheritdoc/>
    public void SetShape(SymbolicTensor tensor, Shape shape)
    {
        if (tensor.Owner == this)
            _graph.SetShape(tensor.Output, shape);
    }

    /// <summary>Ends the trace and makes a function of it.</summary>
    /// <param name="name">Its name, unique in the context.</param>
    /// <param name="results">What the C# code returned.</param>
    /// <param name="compile">Whether XLA compiles it.</param>
    public void Finish(string name, IReadOnlyList<Tensor> results, bool compile)
    {
        // First the results: one from outside becomes an input.
        GraphOutput[] outputs = Outputs(results);
        Finish(name, [.. _placeholders.Select(p => p.Output)], outputs, compile);
    }

    /// <summary>Ends the trace of a part of a loop: its inputs are the arguments, then the captures of all parts, in one order for all.</summary>
    /// <param name="name">Its name, unique in the context.</param>
    /// <param name="arguments">How many inputs are arguments.</param>
    /// <param name="captures">The tensors from outside.</param>
    /// <param name="results">What the C# code returned.</param>
    /// <param name="returnsCaptures">Whether the captures follow the results.</param>
    public void FinishPart(string name, int arguments, IReadOnlyList<Tensor> captures, IReadOnlyList<Tensor> results, bool returnsCaptures)
    {
        GraphOutput[] captured = [.. captures.Select(Import)];
        GraphOutput[] inputs = [.. _placeholders.Take(arguments).Select(p => p.Output), .. captured];
        Finish(name, inputs, Outputs(returnsCaptures ? [.. results, .. captures] : results), compile: false);
    }

    private GraphOutput[] Outputs(IReadOnlyList<Tensor> results)
    {
        GraphOutput[] outputs = new GraphOutput[results.Count];
        for (int i = 0; i < outputs.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(results[i], nameof(results));
            // A function must not return an input as it stands, nor one output twice.
            outputs[i] = _graph.AddNode(new Operation("Identity", 1).Input(results[i]), [Import(results[i])], null, [])[0];
        }

        return outputs;
    }

    private void Finish(string name, GraphOutput[] inputs, GraphOutput[] outputs, bool compile)
    {
        IsOpen = false;
        _graph.AddFunctionToContext(name, inputs, outputs, _effects, compile);
    }

    /// <summary>Frees the graph; the leases of the captures live on.</summary>
    public void Dispose()
    {
        IsOpen = false;
        _graph.Dispose();
    }

    /// <summary>Gives the leases of the captures back.</summary>
    public void ReleaseCaptures()
    {
        foreach (Tensor capture in _captures)
            capture.Dispose();
        foreach (NestedFunction function in _nested)
            function.Dispose();
    }

    private GraphOutput Import(Tensor tensor)
    {
        if (tensor is SymbolicTensor symbolic && symbolic.Owner == this)
            return symbolic.Output;
        if (_captureOf.TryGetValue(tensor.Id, out SymbolicTensor? known))
            return known.Output;
        if (tensor is SymbolicTensor foreign && !IsOfOuter(foreign))
            throw Foreign(foreign);
        tensor.EnsureUsable();
        SymbolicTensor placeholder = AddInput(tensor.DType, tensor.DType == DType.Resource ? Shape.Scalar : tensor.Shape);
        _captureOf[tensor.Id] = placeholder;
        _captures.Add(tensor.Alias());
        return placeholder.Output;
    }

    private bool IsOfOuter(SymbolicTensor tensor)
    {
        for (Trace? outer = _outer; outer is not null; outer = outer._outer)
        {
            if (tensor.Owner == outer && outer.IsOpen)
                return true;
        }

        return false;
    }

    private TfLbfgsException Foreign(SymbolicTensor tensor) => new(
        $"{tensor.Describe()} belongs to {tensor.Owner.Description}{(tensor.Owner.IsOpen ? "" : ", whose trace has ended")}, and was used in {Description}. "
        + "Pass it as an argument or return it; do not store tensors of a traced function.");

    private ResourceOrder Order(GraphOutput resource)
    {
        if (!_resources.TryGetValue(resource, out ResourceOrder? order))
            _resources[resource] = order = new ResourceOrder();
        return order;
    }
}
