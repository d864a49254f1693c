using System.Globalization;
using TfLbfgs.Gradients;
using TfLbfgs.Graphs;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// One trace of a function: a TensorFlow function in the context, with what it captured. Where a tape records, a form of it is called that
/// returns what the gradient needs. Released with its last reference.
/// </summary>
internal sealed class ConcreteFunction
{
    private static long _created;

    private readonly string _name;
    private readonly Tensor[] _captures;
    private readonly NestedFunction[] _nested;
    private readonly int _outputCount;
    private readonly Func<Tensor[], IReadOnlyList<Tensor>> _body;
    private readonly Tensor[] _accessed;
    private readonly Dictionary<string, DifferentiableFunction> _differentiable = [];
    private readonly Lock _gate = new();
    private int _references = 1;

    private ConcreteFunction(
        string name, Signature signature, Trace trace, AccessedVariables accessed, int outputCount,
            Func<Tensor[], IReadOnlyList<Tensor>> body, FunctionOptions options, Trace? outer)
    {
        _name = name;
        Description = trace.Description;
        Signature = signature;
        _captures = [.. trace.Captures];
        _nested = [.. trace.Nested];
        _outputCount = outputCount;
        _body = body;
        Options = options;
        Outer = outer;
        _accessed = Array.FindAll(_captures, accessed.Contains);
    }

    /// <summary>Its name in the context.</summary>
    public string Name => _name;

    /// <summary>What it is, for messages.</summary>
    public string Description { get; }

    /// <summary>The tensors that it captured, held by it; those of <see cref="Outer"/> stand for what a call of that gave.</summary>
    public IReadOnlyList<Tensor> Captures => _captures;

    /// <summary>The arguments that it serves.</summary>
    public Signature Signature { get; }

    /// <summary>How it was traced.</summary>
    public FunctionOptions Options { get; }

    /// <summary>For a gradient, the trace of the function that it differentiates; null: none.</summary>
    public Trace? Outer { get; }

    /// <summary>Whether a call of it has ended, so that it is compiled where it is to be.</summary>
    public bool HasRun { get; private set; }

    /// <summary>When it was called last, in calls of its function.</summary>
    public long LastCall { get; set; }

    /// <summary>A name that no other function in the context has.</summary>
    public static string UniqueName(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"__{name}_{Interlocked.Increment(ref _created)}");

    /// <summary>Traces the body once.</summary>
    /// <param name="uniqueName">The name in the context.</param>
    /// <param name="description">What it is, for messages.</param>
    /// <param name="signature">The arguments.</param>
    /// <param name="body">The code.</param>
    /// <param name="options">The options.</param>
    /// <param name="outer">For a gradient, the trace of the function that it differentiates, whose tensors it may use.</param>
    public static ConcreteFunction Create(
        string uniqueName, string description, Signature signature, Func<Tensor[], IReadOnlyList<Tensor>> body, FunctionOptions options,
            Trace? outer = null)
    {
        using Trace trace = new(description, outer, options.Compile);
        try
        {
            IReadOnlyList<Tensor> results;
            AccessedVariables accessed = new();
            using (DispatchFrame frame = DispatchFrame.OpenTrace(trace))
            {
                frame.Listeners.Add(accessed);
                Tensor[] arguments = new Tensor[signature.Count];
                for (int i = 0; i < arguments.Length; i++)
                    arguments[i] = trace.AddInput(signature.TypeOf(i), signature.ShapeOf(i));
                // The captures come after the arguments: their placeholders are made as they are met.
                results = body(arguments);
                ArgumentNullException.ThrowIfNull(results);
                trace.Finish(uniqueName, results, options.Compile);
            }

            return new ConcreteFunction(uniqueName, signature, trace, accessed, results.Count, body, options, outer);
        }
        catch
        {
            trace.ReleaseCaptures();
            throw;
        }
    }

    /// <summary>Adds a reference for the time of a call, so that eviction by another thread waits for it.</summary>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Releases a reference; the last one removes the function from the context.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        GraphBuilder.RemoveFunction(_name);
        foreach (NestedFunction function in _nested)
            function.Dispose();
        // A tape that recorded a call holds the form that it called.
        foreach (DifferentiableFunction differentiable in _differentiable.Values)
            differentiable.Release();
        foreach (Tensor capture in _captures)
            capture.Dispose();
    }

    /// <summary>Runs the code, for a trace.</summary>
    public IReadOnlyList<Tensor> Run(Tensor[] arguments) => _body(arguments);

    /// <summary>Calls it: one native call.</summary>
    public Tensor[] Call(ReadOnlySpan<Tensor> arguments) => CallWithInputs([.. arguments, .. _captures]);

    /// <summary>Calls it with arguments and what stands for its captures.</summary>
    public Tensor[] CallWithInputs(IReadOnlyList<Tensor> inputs)
    {
        List<IOperationListener> listeners = DispatchFrame.Current.Listeners;
        for (int i = 0; i < listeners.Count; i++)
        {
            foreach (Tensor handle in _accessed)
                listeners[i].VariableAccessed(handle);
        }

        bool[]? tracked = null;
        int orders = 0;
        for (int i = 0; i < listeners.Count; i++)
        {
            int order = listeners[i].Orders;
            bool any = false;
            for (int k = 0; order > 0 && k < inputs.Count; k++)
            {
                if (!listeners[i].Tracks(inputs[k]))
                    continue;
                tracked ??= new bool[inputs.Count];
                tracked[k] = any = true;
            }

            // A persistent tape may differentiate its own gradients.
            if (any)
                orders += listeners[i] is GradientTape { IsPersistent: false } ? 1 : 2;
        }

        if (tracked is not null)
            return Differentiable(tracked, orders == 1).Call(inputs);
        Operation call = new(_name, _outputCount, isStateful: true)
        {
            IsFunctionCall = true,
            OptimizesGraph = Options.OptimizesGraph,
        };
        foreach (Tensor input in inputs)
            call.Input(input);
        Tensor[] results = call.Execute();
        HasRun = true;
        return results;
    }

    private DifferentiableFunction Differentiable(bool[] tracked, bool isFirstOrder)
    {
        string key = (isFirstOrder ? "1:" : "n:") + string.Concat(tracked.Select(bit => bit ? '1' : '0'));
        lock (_gate)
        {
            if (!_differentiable.TryGetValue(key, out DifferentiableFunction? known))
                _differentiable[key] = known =
                    DifferentiableFunction.Create(UniqueName(Options.Name + "_forward"), this, tracked, isFirstOrder);
            return known;
        }
    }
}
