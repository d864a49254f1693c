using TfLbfgs.Graphs;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// Records the ops of one function while its C# code runs once. A tensor from outside becomes an input of the function, never a constant.
/// Ops that touch
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
    private readonly List<IDisposable> _parts = [];
    private readonly Dictionary<long, SymbolicTensor> _read = [];
    private readonly Trace? _outer;
    private nint _lastStateful;

    /// <summary>Opens a trace.</summary>
    /// <param name="description">What is traced, for messages.</param>
    /// <param name="outer">For the body of a loop, the trace that the loop is part of; for a gradient, that of the function: its tensors
    /// are captured like those from outside.</param>
    /// <param name="isCompiled">Whether XLA will compile it, as it does where it compiles the outer trace.</param>
    public Trace(string description, Trace? outer = null, bool isCompiled = false)
    {
        Description = description;
        _outer = outer;
        IsCompiled = isCompiled || outer is { IsCompiled: true };
    }

    /// <inheritdoc/>
    public bool IsCompiled { get; }

    /// <summary>
    /// The trace that this one is the gradient of; null: none. What is asked of the form alone of its tensors is computed there, so that
    /// their values need not be kept.
    /// </summary>
    public Trace? Forward { get; set; }

    /// <summary>
    /// For a list of the trace that this one is the gradient of, a list of the same form within this trace; null, or a result of null: none
    /// is known.
    /// </summary>
    public Func<Tensor, Tensor?>? SameForm { get; set; }

    /// <summary>
    /// What stands for a tensor from outside within this trace, other than an input with its value; null, or a result of null: such an
    /// input.
    /// </summary>
    public Func<Tensor, Tensor?>? Resolver { get; set; }

    /// <summary>
    /// Whether variables are read in the outer trace and their values passed in, since the function may run where the variables are not.
    /// </summary>
    public bool ReadsOutside { get; init; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public bool IsOpen { get; private set; } = true;

    /// <summary>
    /// The tensors from outside that the function uses, in the order of their inputs; references are held until
    /// <see cref="ReleaseCaptures"/>, or by the function that takes them over.
    /// </summary>
    public IReadOnlyList<Tensor> Captures => _captures;

    /// <summary>Whether the function does more than to compute its results: it assigns, draws random numbers, prints.</summary>
    public bool HasEffects => _effects.Count > 0;

    /// <summary>The functions that its loops call; they live as long as it does.</summary>
    public IReadOnlyList<NestedFunction> Nested => _nested;

    /// <summary>Keeps a part of it that is traced apart until the trace is disposed: gradients may still be taken of it.</summary>
    public void Own(IDisposable part) => _parts.Add(part);

    /// <summary>A constant of another trace as one of this.</summary>
    public Tensor CopyConstant(SymbolicTensor constant) =>
        new SymbolicTensor(this, _graph.CopyConstant(constant.Output), constant.DType, constant.Shape)
        {
            KnownIntegers = constant.KnownIntegers,
        };

    /// <summary>Records an op of another trace once more; its outputs stand for the original ones.</summary>
    /// <param name="operation">The op.</param>
    /// <param name="originals">What it returned there.</param>
    /// <param name="wanted">One of these.</param>
    /// <returns>What stands for that here.</returns>
    public Tensor Repeat(Operation operation, Tensor[] originals, Tensor wanted)
    {
        Tensor[] outputs = Record(operation);
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i].RefineShape(originals[i].Shape);
            _captureOf[originals[i].Id] = (SymbolicTensor)outputs[i];
        }

        return _captureOf[wanted.Id];
    }

    /// <summary>Takes over the functions of a loop.</summary>
    public void Hold(NestedFunction function) => _nested.Add(function);

    /// <summary>Takes over all functions that another trace holds.</summary>
    public void HoldAll(Trace part)
    {
        _nested.AddRange(part._nested);
        part._nested.Clear();
    }

    /// <summary>
    /// Makes a tensor from outside an input at once, so that code which refers to it by identity finds it although its owner disposed it.
    /// </summary>
    public void Capture(Tensor tensor) => Import(tensor);

    /// <summary>Adds an argument.</summary>
    public SymbolicTensor AddInput(DType dtype, Shape shape)
    {
        SymbolicTensor tensor = new(this, _graph.AddPlaceholder(dtype, shape), dtype, shape);
        _placeholders.Add(tensor);
        return tensor;
    }

    /// <summary>The first inputs.</summary>
    public IReadOnlyList<SymbolicTensor> Arguments(int count) => _placeholders.GetRange(0, count);

    /// <inheritdoc/>
    public Tensor[] Record(Operation operation)
    {
        if (AsksForForm(operation))
            return [Form(operation)];
        if (operation.Name == "ReadVariableOp" && !operation.Inputs[0].IsSymbolic && Reader is { } reader)
            return [ReadBy(reader, operation)];
        GraphOutput[] inputs = new GraphOutput[operation.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = Import(operation.Inputs[i]);
        List<nint> before = [];
        foreach (Tensor tensor in operation.After)
            before.Add(Import(tensor).Operation);
        bool touchesResource = false;
        bool writes = !operation.OnlyReads
            && operation.Name is not ("ReadVariableOp" or "ResourceGather" or "ResourceGatherNd" or "VariableShape");
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
        return Array.ConvertAll(GraphBuilder.Outputs(node), Symbolic);

        Tensor Symbolic(GraphOutput output) =>
            new SymbolicTensor(this, output, GraphBuilder.TypeOf(output), _graph.ShapeOf(output)) { RequestedDevice = Device.Current };
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
        IsOpen = false;
        _graph.AddFunctionToContext(name, [.. _placeholders.Select(p => p.Output)], outputs, _effects, compile);
    }

    /// <summary>
    /// Makes a function of a part of a loop or of a branch; more may be made of it, with other inputs and results, as long as the trace is
    /// open.
    /// </summary>
    /// <param name="name">Its name, unique in the context.</param>
    /// <param name="arguments">The inputs that are arguments.</param>
    /// <param name="captures">The tensors from outside, which are the further inputs.</param>
    /// <param name="results">What it returns.</param>
    public void AddFunction(string name, IReadOnlyList<Tensor> arguments, IReadOnlyList<Tensor> captures, IReadOnlyList<Tensor> results)
    {
        GraphOutput[] inputs = [.. arguments.Select(Import), .. captures.Select(Import)];
        _graph.AddFunctionToContext(name, inputs, Outputs(results), _effects, compile: false);
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

    /// <summary>Frees the graph; the references to the captures live on.</summary>
    public void Dispose()
    {
        IsOpen = false;
        foreach (IDisposable part in _parts)
            part.Dispose();
        _parts.Clear();
        _graph.Dispose();
    }

    /// <summary>Releases the references to the captures.</summary>
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
        if (Resolver?.Invoke(tensor) is SymbolicTensor stand)
        {
            GraphOutput output = Import(stand);
            _captureOf[tensor.Id] = stand.Owner == this ? stand : _captureOf[stand.Id];
            return output;
        }

        // One of an outer trace is only named here: a call binds it to a value.
        if (!tensor.IsSymbolic)
            tensor.EnsureUsable();
        SymbolicTensor placeholder = AddInput(tensor.DType, tensor.DType == DType.Resource ? Shape.Scalar : tensor.Shape);
        _captureOf[tensor.Id] = placeholder;
        _captures.Add(tensor.Alias());
        return placeholder.Output;
    }

    private bool AsksForForm(Operation operation) => Forward is not null
        && operation.Name is "Shape" or "Size" or "Rank" or "TensorListLength" or "TensorListElementShape" or "ZerosLike" or "OnesLike"
        && Forward!.IsOwn(operation.Inputs[0])
        && (operation.Name is not ("ZerosLike" or "OnesLike") || IsKnownForm(operation.Inputs[0]));

    private bool IsKnownForm(Tensor x) =>
        x.DType == DType.Variant ? SameForm?.Invoke(x) is not null : x.Shape.IsFullyKnown && x.DType.IsDifferentiable;

    /// <summary>Whether a tensor has another value each time that the part runs.</summary>
    private bool IsOwn(Tensor tensor) => tensor is SymbolicTensor symbolic
        && (symbolic.Owner == this || (_captureOf.ContainsKey(tensor.Id) && !_captures.Exists(capture => capture.Id == tensor.Id)));

    private Tensor Form(Operation operation)
    {
        Tensor x = operation.Inputs[0];
        if (x.DType == DType.Variant && operation.Name is "ZerosLike" or "TensorListLength" && SameForm?.Invoke(x) is { } like)
            return new Operation(operation.Name, 1).Input(like).Execute()[0];
        if (operation.Name is "ZerosLike" or "OnesLike")
            return Tensor.Fill(x.Shape, operation.Name == "OnesLike" ? 1 : 0, x.DType);
        Tensor form;
        using (DispatchFrame.OpenTrace(Forward!))
            form = operation.Execute()[0];
        return new SymbolicTensor(this, Import(form), form.DType, form.Shape);
    }

    /// <summary>The trace in which variables are read for this one; null: this one.</summary>
    private Trace? Reader => ReadsOutside ? _outer!.Reader ?? _outer : _outer?.Reader;

    private SymbolicTensor ReadBy(Trace reader, Operation read)
    {
        if (_read.TryGetValue(read.Inputs[0].Id, out SymbolicTensor? known))
            return known;
        Tensor value;
        using (DispatchFrame.OpenTrace(reader))
            value = read.Execute()[0];
        return _read[read.Inputs[0].Id] = new SymbolicTensor(this, Import(value), value.DType, value.Shape);
    }

    private bool IsOfOuter(SymbolicTensor tensor)
    {
        for (Trace? outer = _outer; outer is not null; outer = outer._outer)
        {
            if (tensor.Owner == outer)
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
