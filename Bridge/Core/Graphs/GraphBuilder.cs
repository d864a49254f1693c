using System.Globalization;
using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Graphs;

/// <summary>
/// Builds the graph of one function and hands it to the context. Not thread-safe: it belongs to the thread that traces.
/// </summary>
internal sealed unsafe class GraphBuilder : IDisposable
{
    private static long _functions;

    private readonly GraphHandle _graph;
    private readonly Dictionary<nint, nint[]> _predecessors = [];
    private int _nodes;

    public GraphBuilder()
    {
        _ = TfRuntime.Context;
        _graph = new GraphHandle(CApi.TF_NewGraph());
    }

    /// <summary>How many functions the context was given and has still.</summary>
    public static long FunctionCount => Interlocked.Read(ref _functions);

    /// <summary>Adds an input of the function.</summary>
    /// <param name="dtype">Its dtype.</param>
    /// <param name="shape">Its shape, as far as it is known.</param>
    public GraphOutput AddPlaceholder(DType dtype, Shape shape) =>
        AddNode(new Operation("Placeholder", 1).Attribute("dtype", dtype).Attribute("shape", shape), [], null, [])[0];

    /// <summary>Adds a node.</summary>
    /// <param name="operation">The op with its attributes; its inputs are given apart.</param>
    /// <param name="inputs">The inputs in the order of <see cref="Operation.Inputs"/>.</param>
    /// <param name="device">The full name of the device; null: where the function runs.</param>
    /// <param name="controlInputs">The nodes that must run before.</param>
    /// <returns>The outputs; the first one's operation is the node.</returns>
    public GraphOutput[] AddNode(Operation operation, ReadOnlySpan<GraphOutput> inputs, string? device,
        IReadOnlyCollection<nint> controlInputs) =>
        Outputs(AddNodeWithoutOutputs(operation, inputs, device, controlInputs));

    /// <summary>Adds a node and returns it.</summary>
    public nint AddNodeWithoutOutputs(Operation operation, ReadOnlySpan<GraphOutput> inputs, string? device,
        IReadOnlyCollection<nint> controlInputs)
    {
        StatusHandle status = StatusHandle.OfThread;
        string name = string.Create(CultureInfo.InvariantCulture, $"{operation.Name}_{_nodes++}");
        nint description = CApi.TF_NewOperation(_graph, operation.Name, name.TrimStart('_'));
        if (device is not null)
            CApi.TF_SetDevice(description, device);
        AddInputs(description, operation, inputs);
        foreach (nint node in controlInputs)
            CApi.TF_AddControlInput(description, node);
        GraphAttributes sink = new(description, status);
        foreach (OperationAttribute attribute in operation.Attributes)
            AttributeWriter.Write(sink, attribute.Name, attribute.Value);
        nint finished = CApi.TF_FinishOperation(description, status);
        Status.Check(status, operation.Name, operation.DescribeInputs);
        NativeCounters.CountGraphNode();
        nint[] predecessors = new nint[inputs.Length + controlInputs.Count];
        int next = 0;
        foreach (GraphOutput input in inputs)
            predecessors[next++] = input.Operation;
        foreach (nint node in controlInputs)
            predecessors[next++] = node;
        _predecessors[finished] = predecessors;
        return finished;
    }

    /// <summary>Adds a constant with the value of one of another graph.</summary>
    /// <param name="constant">The output of a node of op <c>Const</c>.</param>
    public GraphOutput CopyConstant(GraphOutput constant)
    {
        StatusHandle status = StatusHandle.OfThread;
        nint value = 0;
        CApi.TF_OperationGetAttrTensor(constant.Operation, "value", &value, status);
        Status.Check(status, "TF_OperationGetAttrTensor");
        using HostTensorHandle host = new(value);
        return AddNode(new Operation("Const", 1).HostTensorAttribute("value", host).Attribute("dtype", TypeOf(constant)), [], null, [])[0];
    }

    /// <summary>The outputs of a node.</summary>
    public static GraphOutput[] Outputs(nint node)
    {
        GraphOutput[] outputs = new GraphOutput[CApi.TF_OperationNumOutputs(node)];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = new GraphOutput(node, i);
        return outputs;
    }

    /// <summary>The dtype of an output.</summary>
    public static DType TypeOf(GraphOutput output) => (DType)CApi.TF_OperationOutputType(output);

    /// <summary>What TensorFlow infers of the shape of an output.</summary>
    public Shape ShapeOf(GraphOutput output)
    {
        StatusHandle status = StatusHandle.OfThread;
        int rank = CApi.TF_GraphGetTensorNumDims(_graph, output, status);
        Status.Check(status, "TF_GraphGetTensorNumDims");
        if (rank < 0)
            return Shape.Unknown;
        Span<long> dims = stackalloc long[rank];
        fixed (long* pointer = dims)
            CApi.TF_GraphGetTensorShape(_graph, output, pointer, rank, status);
        Status.Check(status, "TF_GraphGetTensorShape");
        return Shape.Create(dims);
    }

    /// <summary>Declares the shape of an output.</summary>
    public void SetShape(GraphOutput output, Shape shape)
    {
        if (!shape.HasRank)
            return;
        StatusHandle status = StatusHandle.OfThread;
        fixed (long* dims = shape.Dims)
            CApi.TF_GraphSetTensorShape(_graph, output, dims, shape.Rank, status);
        Status.Check(status, "TF_GraphSetTensorShape", () => shape.ToString());
    }

    /// <summary>Makes a function of the graph and gives it to the context.</summary>
    /// <param name="name">Its name, unique in the context.</param>
    /// <param name="inputs">Its inputs, all placeholders.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="controlOutputs">The nodes that must run even when no output needs them.</param>
    /// <param name="compile">Whether XLA compiles it.</param>
    /// <remarks>The function has the nodes that its outputs need and no others: of one graph several functions can be made.</remarks>
    public void AddFunctionToContext(
        string name, ReadOnlySpan<GraphOutput> inputs, ReadOnlySpan<GraphOutput> outputs, IReadOnlyCollection<nint> controlOutputs,
            bool compile)
    {
        StatusHandle status = StatusHandle.OfThread;
        using ControlNames names = new(controlOutputs.Count);
        nint[] controls = [.. controlOutputs];
        nint[] nodes = NodesOf(inputs, outputs, controls);
        nint function;
        fixed (GraphOutput* inputPointer = inputs)
        fixed (GraphOutput* outputPointer = outputs)
        fixed (nint* controlPointer = controls)
        fixed (nint* nodePointer = nodes)
        {
            function = CApi.TF_GraphToFunctionWithControlOutputs(
                _graph, name, 0, nodes.Length, nodePointer, inputs.Length, inputPointer, outputs.Length, outputPointer, null,
                controls.Length, controlPointer, names.Pointers, 0, null, status);
        }

        Status.Check(status, $"TF_GraphToFunction '{name}'");
        using FunctionHandle handle = new(function);
        if (compile)
        {
            // AttrValue { b: true } (field 5).
            ReadOnlySpan<byte> proto = [0x28, 0x01];
            fixed (byte* pointer = proto)
                CApi.TF_FunctionSetAttrValueProto(handle, "_XlaMustCompile", pointer, (nuint)proto.Length, status);
            Status.Check(status, "TF_FunctionSetAttrValueProto");
        }

        GiveToContext(handle, name);
    }

    private static void GiveToContext(FunctionHandle handle, string name)
    {
        string call = $"TFE_ContextAddFunction '{name}'";
        if (!RunningCalls.IsWatched || !ClusterContext.IsPending)
        {
            Give();
            return;
        }

        // TensorFlow may hold the lock for which this waits until another process answers.
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        RunningCalls.Run(
            call,
            () =>
            {
                try
                {
                    Give();
                    return true;
                }
                finally
                {
                    handle.DangerousRelease();
                }
            },
            static _ => { });

        void Give()
        {
            StatusHandle status = StatusHandle.OfThread;
            EagerApi.TFE_ContextAddFunction(TfRuntime.Context, handle, status);
            Status.Check(status, call);
            Interlocked.Increment(ref _functions);
        }
    }

    /// <summary>Gives a function to the context.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="functionDef">The serialized message <c>FunctionDef</c>.</param>
    public static void AddFunctionToContext(string name, ReadOnlySpan<byte> functionDef)
    {
        StatusHandle status = StatusHandle.OfThread;
        fixed (byte* bytes = functionDef)
            EagerApi.TFE_ContextAddFunctionDef(TfRuntime.Context, bytes, (nuint)functionDef.Length, status);
        Status.Check(status, $"TFE_ContextAddFunctionDef '{name}'");
        Interlocked.Increment(ref _functions);
    }

    /// <summary>A function of the context as the serialized message <c>FunctionDef</c>.</summary>
    /// <param name="name">Its name.</param>
    public static byte[] SerializeFunction(string name)
    {
        StatusHandle status = StatusHandle.OfThread;
        using BufferHandle buffer = new(TfBufferApi.TF_NewBuffer());
        EagerApi.TFE_ContextGetFunctionDef(TfRuntime.Context, name, buffer, status);
        Status.Check(status, $"TFE_ContextGetFunctionDef '{name}'");
        TfBufferApi.TfBuffer content = TfBufferApi.TF_GetBuffer(buffer);
        return new ReadOnlySpan<byte>((void*)content.Data, (int)content.Length).ToArray();
    }

    /// <summary>Takes a function out of the context; frees it and its kernels.</summary>
    public static void RemoveFunction(string name)
    {
        Interlocked.Decrement(ref _functions);
        if (ClusterContext.IsPending)
        {
            // When TensorFlow has an answer of another process, for which nothing that is freed here must wait; or never.
            ThreadPool.QueueUserWorkItem(
                static late => EagerApi.TFE_ContextRemoveFunction(TfRuntime.Context, late, StatusHandle.OfThread),
                name, preferLocal: false);
            return;
        }

        StatusHandle status = StatusHandle.OfThread;
        EagerApi.TFE_ContextRemoveFunction(TfRuntime.Context, name, status);
        Status.Check(status, $"TFE_ContextRemoveFunction '{name}'");
    }

    /// <summary>Frees the graph; the context keeps its copy of the function.</summary>
    public void Dispose() => _graph.Dispose();

    private nint[] NodesOf(ReadOnlySpan<GraphOutput> inputs, ReadOnlySpan<GraphOutput> outputs, nint[] controls)
    {
        HashSet<nint> seen = [];
        foreach (GraphOutput input in inputs)
            seen.Add(input.Operation);
        List<nint> nodes = [];
        Stack<nint> open = new(controls);
        foreach (GraphOutput output in outputs)
            open.Push(output.Operation);
        while (open.TryPop(out nint node))
        {
            if (!seen.Add(node))
                continue;
            nodes.Add(node);
            foreach (nint predecessor in _predecessors[node])
                open.Push(predecessor);
        }

        return [.. nodes];
    }

    private static void AddInputs(nint description, Operation operation, ReadOnlySpan<GraphOutput> inputs)
    {
        int next = 0;
        foreach ((int start, int count) in operation.Lists)
        {
            for (; next < start; next++)
                CApi.TF_AddInput(description, inputs[next]);
            fixed (GraphOutput* list = inputs.Slice(start, count))
                CApi.TF_AddInputList(description, list, count);
            next = start + count;
        }

        for (; next < inputs.Length; next++)
            CApi.TF_AddInput(description, inputs[next]);
    }

    /// <summary>The names <c>control_0</c>, <c>control_1</c>, ... as C strings.</summary>
    private sealed class ControlNames : IDisposable
    {
        private readonly int _count;

        public ControlNames(int count)
        {
            _count = count;
            Pointers = (byte**)NativeMemory.Alloc((nuint)(count + 1), (nuint)sizeof(byte*));
            for (int i = 0; i < count; i++)
                Pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(string.Create(CultureInfo.InvariantCulture, $"control_{i}"));
        }

        public byte** Pointers { get; }

        public void Dispose()
        {
            for (int i = 0; i < _count; i++)
                Marshal.FreeCoTaskMem((nint)Pointers[i]);
            NativeMemory.Free(Pointers);
        }
    }
}
