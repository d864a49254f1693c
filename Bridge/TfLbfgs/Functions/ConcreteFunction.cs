using TfLbfgs.Gradients;
using TfLbfgs.Graphs;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>One trace of a function: a TensorFlow function in the context, with what it captured. Released with its last reference.</summary>
internal sealed class ConcreteFunction : CallGradient
{
    private readonly string _name;
    private readonly Tensor[] _captures;
    private readonly NestedFunction[] _nested;
    private readonly int _outputCount;
    private readonly Lazy<BackwardFunction> _backward;
    private readonly Tensor[] _accessed;
    private readonly bool _hasEffects;
    private readonly string _description;
    private int _references = 1;

    private ConcreteFunction(
        string name, Signature signature, Trace trace, AccessedVariables accessed, int outputCount, Func<Tensor[], IReadOnlyList<Tensor>> body, FunctionOptions options)
    {
        _name = name;
        _description = trace.Description;
        _hasEffects = trace.HasEffects;
        Signature = signature;
        _captures = [.. trace.Captures];
        _nested = [.. trace.Nested];
        _outputCount = outputCount;
        _backward = new Lazy<BackwardFunction>(() => new BackwardFunction(body, signature.Count, _captures, options));
        _accessed = Array.FindAll(_captures, accessed.Contains);
    }

    /// <summary>Its name in the context.</summary>
    public string Name => _name;

    /// <summary>The tensors that it captured, leased.</summary>
    public IReadOnlyList<Tensor> Captures => _captures;

    /// <summary>The arguments that it serves.</summary>
    public Signature Signature { get; }

    /// <summary>When it was called last, in calls of its function.</summary>
    public long LastCall { get; set; }

    /// <summary>Traces the body once.</summary>
    public static ConcreteFunction Create(string uniqueName, string description, Signature signature, Func<Tensor[], IReadOnlyList<Tensor>> body, FunctionOptions options)
    {
        using Trace trace = new(description, isCompiled: options.Compile);
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

            return new ConcreteFunction(uniqueName, signature, trace, accessed, results.Count, body, options);
        }
        catch
        {
            trace.ReleaseCaptures();
            throw;
        }
    }

    /// <summary>Adds a reference for the time of a call, so that eviction by another thread waits for it; a tape holds one until its gradient.</summary>
    public override void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Releases a reference; the last one removes the function from the context.</summary>
    public override void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        GraphBuilder.RemoveFunction(_name);
        foreach (NestedFunction function in _nested)
            function.Dispose();
        foreach (Tensor capture in _captures)
            capture.Dispose();
        if (_backward.IsValueCreated)
            _backward.Value.Dispose();
    }

    /// <summary>Calls it: one native call.</summary>
    public Tensor[] Call(ReadOnlySpan<Tensor> arguments)
    {
        Operation call = new(_name, _outputCount, isStateful: true) { IsFunctionCall = true, GradientRule = this };
        foreach (Tensor argument in arguments)
            call.Input(argument);
        foreach (Tensor capture in _captures)
            call.Input(capture);
        foreach (IOperationListener listener in DispatchFrame.Current.Listeners)
        {
            foreach (Tensor handle in _accessed)
                listener.VariableAccessed(handle);
        }

        return call.Execute();
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradients(RuleContext context)
    {
        if (_hasEffects)
        {
            throw new TfLbfgsException(
                $"A gradient through a call of {_description} would run its code again, and the code assigns variables, draws random numbers or has other effects. "
                + "Open the tape and take the gradient inside the function, or move the effects outside.");
        }

        return _backward.Value.Gradients(context);
    }
}
