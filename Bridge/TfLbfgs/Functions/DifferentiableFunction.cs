using TfLbfgs.Gradients;
using TfLbfgs.Graphs;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// The form of a traced function that is called where a tape records: it returns, after its results, the intermediate values that its
/// gradient is computed from. So the gradient is that of the values which the call read and
/// drew, also after later assignments, and the code runs once. The gradient is a traced function too, which is differentiated in the
/// same way, so that tapes see through a call to any order.
/// </summary>
internal sealed class DifferentiableFunction : CallGradient
{
    private readonly string _name;
    private readonly string _description;
    private readonly FunctionOptions _options;
    private readonly Trace _trace;
    private readonly GradientTape _tape;
    private readonly Tensor[] _sources;
    private readonly IReadOnlyList<Tensor> _results;
    private readonly Dictionary<long, int> _outputs = [];
    private readonly Dictionary<string, Backward> _backwards = [];
    private readonly bool _isFirstOrder;
    private readonly Lock _gate = new();
    private int _references = 1;

    private DifferentiableFunction(
        string name, Trace trace, GradientTape tape, Tensor[] sources, IReadOnlyList<Tensor> results, bool isFirstOrder,
            FunctionOptions options)
    {
        _name = name;
        _description = trace.Description;
        _trace = trace;
        _tape = tape;
        _sources = sources;
        _results = results;
        _isFirstOrder = isFirstOrder;
        _options = options;
    }

    /// <summary>Traces the code once more, under a tape of its own.</summary>
    /// <param name="name">The name in the context.</param>
    /// <param name="function">The function whose code it is.</param>
    /// <param name="tracked">For each argument and capture whether a gradient with respect to it may be asked for.</param>
    /// <param name="isFirstOrder">Whether at most one gradient is taken, of the results: only what that needs is returned. Otherwise all
    /// intermediate values are.</param>
    public static DifferentiableFunction Create(string name, ConcreteFunction function, bool[] tracked, bool isFirstOrder)
    {
        Trace trace = new(function.Description, function.Outer, function.Options.Compile);
        GradientTape? tape = null;
        Tensor[] sources = [];
        IReadOnlyList<Tensor> results;
        try
        {
            using DispatchFrame frame = DispatchFrame.OpenTrace(trace);
            Tensor[] arguments = new Tensor[function.Signature.Count];
            for (int i = 0; i < arguments.Length; i++)
                arguments[i] = trace.AddInput(function.Signature.TypeOf(i), function.Signature.ShapeOf(i));
            foreach (Tensor capture in function.Captures)
                trace.Capture(capture);
            sources = [.. arguments, .. function.Captures.Select(capture => capture.Alias())];
            tape = new GradientTape(persistent: true, watchAccessedVariables: false);
            for (int i = 0; i < sources.Length; i++)
            {
                if (tracked[i] && (sources[i].DType.IsDifferentiable || sources[i].DType is DType.Resource or DType.Variant))
                    tape.WatchAny(sources[i]);
            }

            results = function.Run(arguments);
            if (trace.Captures.Count != function.Captures.Count)
                throw new TfLbfgsException($"{function.Description} used other tensors from outside when it was traced for a gradient "
                    + "than before. Let its code depend on its arguments alone.");
        }
        catch
        {
            Free(tape, sources, trace);
            throw;
        }

        DifferentiableFunction differentiable = new(name, trace, tape, sources, results, isFirstOrder, function.Options);
        try
        {
            differentiable.Finish(tracked);
            return differentiable;
        }
        catch
        {
            foreach (Backward backward in differentiable._backwards.Values)
                backward.Function.Release();
            Free(tape, sources, trace);
            throw;
        }
    }

    /// <inheritdoc/>
    public override void AddReference() => Interlocked.Increment(ref _references);

    /// <inheritdoc/>
    public override void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        GraphBuilder.RemoveFunction(_name);
        foreach (Backward backward in _backwards.Values)
            backward.Function.Release();
        Free(_tape, _sources, _trace);
    }

    private static void Free(GradientTape? tape, Tensor[] sources, Trace trace)
    {
        tape?.Free();
        foreach (Tensor source in sources)
            source.Dispose();
        trace.ReleaseCaptures();
        trace.Dispose();
    }

    /// <summary>Calls it: one native call. The intermediate values are held by the tapes that recorded it alone.</summary>
    public Tensor[] Call(IReadOnlyList<Tensor> inputs)
    {
        Operation call = new(_name, _results.Count + _outputs.Count, isStateful: true)
        {
            IsFunctionCall = true,
            OptimizesGraph = _options.OptimizesGraph,
            GradientRule = this,
        };
        foreach (Tensor input in inputs)
            call.Input(input);
        Tensor[] outputs = call.Execute();
        for (int i = _results.Count; i < outputs.Length; i++)
            outputs[i].Dispose();
        return outputs[.._results.Count];
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradients(RuleContext context)
    {
        bool[] upstream = new bool[context.Outputs.Count];
        for (int i = 0; i < upstream.Length; i++)
            upstream[i] = IsTarget(i, context) && (_isFirstOrder || context.HasUpstream(i));
        bool[] needs = new bool[context.Inputs.Count];
        for (int i = 0; i < needs.Length; i++)
            needs[i] = _isFirstOrder || context.Needs(i);
        Backward backward;
        lock (_gate)
        {
            string key = _isFirstOrder ? "" : string.Concat(upstream.Concat(needs).Select(bit => bit ? '1' : '0'));
            if (!_backwards.TryGetValue(key, out Backward? known))
                _backwards[key] = known = CreateBackward(upstream, needs);
            backward = known;
        }

        List<Tensor> inputs = [.. Enumerable.Range(0, upstream.Length).Where(i => upstream[i]).Select(context.UpstreamOf)];
        foreach (Tensor capture in backward.Function.Captures)
            inputs.Add(Find(capture, context));
        Tensor[] connected = backward.Function.CallWithInputs(inputs);
        Tensor?[] gradients = new Tensor?[context.Inputs.Count];
        for (int i = 0; i < connected.Length; i++)
            gradients[backward.Connected[i]] = connected[i];
        return gradients;
    }

    /// <summary>
    /// Whether a gradient with respect to an output is an input of the gradient function. A list of tensors has one, but no zeros that
    /// could stand for it.
    /// </summary>
    private bool IsTarget(int output, RuleContext context) => context.Outputs[output].DType.IsDifferentiable
        ? !_isFirstOrder || output < _results.Count
        : context.Outputs[output].DType == DType.Variant && context.HasUpstream(output);

    /// <summary>The tensor of a recorded call for one that the gradient took from this trace, or from outside.</summary>
    private Tensor Find(Tensor capture, RuleContext context)
    {
        if (_outputs.TryGetValue(capture.Id, out int output))
            return context.Outputs[output];
        int source = Array.FindIndex(_sources, known => known.Id == capture.Id);
        return source >= 0 ? context.Inputs[source] : capture;
    }

    /// <summary>Decides which intermediate values are returned, and makes the function.</summary>
    private void Finish(bool[] tracked)
    {
        IEnumerable<Tensor> needed;
        if (_isFirstOrder)
        {
            bool[] upstream = [.. _results.Select(result => result.DType.IsDifferentiable)];
            Backward backward = CreateBackward(upstream, tracked);
            _backwards[""] = backward;
            needed = backward.Function.Captures;
        }
        else
        {
            needed = _tape.Tensors;
        }

        List<Tensor> outputs = [.. _results];
        foreach (Tensor tensor in needed)
        {
            // One of this trace, and no argument of it.
            if (tensor is not SymbolicTensor symbolic || symbolic.Owner != _trace || tensor.DType == DType.Resource
                || Array.Exists(_sources, source => source.Id == tensor.Id))
                continue;
            if (_outputs.TryAdd(tensor.Id, outputs.Count))
                outputs.Add(tensor);
        }

        _trace.Finish(_name, outputs, _options.Compile);
    }

    /// <summary>Traces the gradient of some outputs with respect to some inputs.</summary>
    private Backward CreateBackward(bool[] upstream, bool[] needs)
    {
        Tensor[] all =
            [.. _results,
            .. _outputs.OrderBy(output => output.Value).Select(output => _tape.Tensors.First(tensor => tensor.Id == output.Key))];
        Tensor[] targets = [.. all.Where((_, i) => upstream[i])];
        int[] sources =
            [.. Enumerable.Range(0, _sources.Length)
            .Where(i => needs[i] && (_sources[i].DType.IsDifferentiable || _sources[i].DType is DType.Resource or DType.Variant))];
        int[] connected = [];
        Signature signature = new([.. targets.Select(target => target.DType)], [.. targets.Select(target => target.Shape)]);
        ConcreteFunction function = ConcreteFunction.Create(
            ConcreteFunction.UniqueName(_options.Name + "_gradient"),
            $"the gradient of {_description}",
            signature,
            given =>
            {
                Tensor?[] gradients = _tape.GradientOrNull(targets, [.. sources.Select(i => _sources[i])], given);
                connected = [.. Enumerable.Range(0, sources.Length).Where(i => gradients[i] is not null).Select(i => sources[i])];
                return [.. gradients.OfType<Tensor>()];
            },
            _options with { Name = _options.Name + "_gradient", Retraced = null },
            _trace);
        return new Backward(function, connected);
    }

    /// <summary>A gradient and the inputs of the call for which it returns one.</summary>
    private sealed record Backward(ConcreteFunction Function, int[] Connected);
}
