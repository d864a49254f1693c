using System.Globalization;
using System.Runtime.CompilerServices;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Functions;

/// <summary>
/// C# code that TensorFlow runs as one unit: traced once per signature (dtypes and shapes of its arguments), then one native call each
/// time. What the code computes from C# values is fixed
/// while it is traced; tensors and variables from outside are captured and seen as they are at each call. Called inside another trace, it
/// is traced into that one.
/// A tape outside sees through a call: the gradient is that of the values which the call read, to any order.
/// Thread-safe; two threads may call it at once. Python: <c>tf.function</c>.
/// </summary>
public sealed class Function : IDisposable
{
    private const int SignaturesBeforeRelaxing = 3;
    private const int SignaturesRemembered = 64;
    [ThreadStatic]
    private static HashSet<Function>? _running;

    private readonly Func<Tensor[], IReadOnlyList<Tensor>> _body;
    private readonly FunctionOptions _options;
    private readonly string _description;
    private readonly Lock _gate = new();
    private readonly List<ConcreteFunction> _traces = [];
    private readonly List<Signature> _seen = [];
    private long _calls;
    private int _traceCount;
    private bool _disposed;

    /// <summary>Wraps code that takes and returns any number of tensors. It is traced at the first call.</summary>
    /// <param name="body">The code; it must not read values of its arguments.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="file">The source file, for messages; given by the compiler.</param>
    /// <param name="line">The source line, for messages; given by the compiler.</param>
    public Function(Func<Tensor[], IReadOnlyList<Tensor>> body, FunctionOptions? options = null, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(body);
        _body = body;
        _options = options ?? new FunctionOptions();
        if (_options.CacheSize < 1)
            throw new TfLbfgsException($"FunctionOptions.CacheSize: expected at least 1, received {_options.CacheSize}.");
        _description = string.Create(CultureInfo.InvariantCulture, $"function '{_options.Name}' ({Path.GetFileName(file)}:{line})");
    }

    /// <summary>Wraps code from one tensor to one.</summary>
    /// <inheritdoc cref="Function(Func{Tensor[], IReadOnlyList{Tensor}}, FunctionOptions, string, int)"/>
    public Function(Func<Tensor, Tensor> body, FunctionOptions? options = null, [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
        : this(inputs => [body(Single(inputs))], options, file, line) => ArgumentNullException.ThrowIfNull(body);

    /// <summary>How often the code was traced.</summary>
    public int TraceCount => Volatile.Read(ref _traceCount);

    /// <summary>How many traces are kept now.</summary>
    public int CachedTraces
    {
        get
        {
            lock (_gate)
                return _traces.Count;
        }
    }

    /// <summary>Calls the function, tracing it first for a new signature.</summary>
    /// <param name="arguments">The arguments; borrowed.</param>
    /// <returns>The results, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The function is disposed, or its code reads a symbolic value.</exception>
    public Tensor[] Call(params ReadOnlySpan<Tensor> arguments)
    {
        foreach (Tensor argument in arguments)
            ArgumentNullException.ThrowIfNull(argument, nameof(arguments));
        // A trace must not keep what stands for variables on this thread now: then the code runs as it is, op by op.
        if (DispatchFrame.Current.Target is not null || VariableSubstitution.IsOpen)
            return Inline(arguments);
        ConcreteFunction trace = Find(arguments);
        try
        {
            return trace.Call(arguments);
        }
        finally
        {
            trace.Release();
        }
    }

    /// <summary>
    /// Traces the function for arguments such as these, where it is not traced yet, without calling it: what does not fit shows before
    /// anything runs. Python: <c>function.get_concrete_function</c>.
    /// </summary>
    /// <param name="arguments">Tensors of the dtypes and shapes of the later arguments; borrowed.</param>
    /// <exception cref="TfLbfgsException">The function is disposed, or its code reads a symbolic value.</exception>
    public void Prepare(params ReadOnlySpan<Tensor> arguments)
    {
        foreach (Tensor argument in arguments)
            ArgumentNullException.ThrowIfNull(argument, nameof(arguments));
        // There a call runs the code op by op, and needs no trace.
        if (DispatchFrame.Current.Target is null && !VariableSubstitution.IsOpen)
            Find(arguments).Release();
    }

    /// <summary>
    /// As <see cref="Call"/>; where the call compiles, which takes seconds, a cancellation is answered at once. The call then ends in the
    /// background: only for code that writes no variables, or whose variables are not used any more.
    /// </summary>
    /// <param name="arguments">The arguments; borrowed until the call returns.</param>
    /// <param name="cancellation">Abandons a call that compiles.</param>
    /// <returns>The results, owned by the caller.</returns>
    /// <exception cref="CompilationCancelledException">The call was abandoned.</exception>
    internal Tensor[] CallUnlessCancelled(ReadOnlySpan<Tensor> arguments, CancellationToken cancellation)
    {
        if (!_options.Compile || !cancellation.CanBeCanceled || DispatchFrame.Current.Target is not null || VariableSubstitution.IsOpen)
            return Call(arguments);
        ConcreteFunction trace = Find(arguments);
        if (!trace.HasRun)
            return CompilingCall.Run(trace, arguments, cancellation);
        trace.Release();
        return Call(arguments);
    }

    /// <summary>
    /// The name in the context of the trace for the arguments, and all inputs of its native call; for measurements against that call.
    /// </summary>
    internal (string Name, IReadOnlyList<Tensor> Inputs) NativeCall(params ReadOnlySpan<Tensor> arguments)
    {
        ConcreteFunction trace = Find(arguments);
        trace.Release();
        return (trace.Name, [.. arguments, .. trace.Captures]);
    }

    /// <summary>Removes what was traced; the next call traces anew.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            foreach (ConcreteFunction trace in _traces)
                trace.Release();
            _traces.Clear();
        }
    }

    /// <summary>Removes all traces from the context, and frees what they captured.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            Forget();
        }
    }

    /// <summary>Such as <c>function 'loss' (Program.cs:12)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _description;

    private Tensor[] Inline(ReadOnlySpan<Tensor> arguments)
    {
        ThrowIfDisposed();
        return [.. Run(arguments.ToArray())];
    }

    /// <summary>
    /// Runs the code; refuses a call of the function from within itself while it is traced, which would go on without end.
    /// </summary>
    private IReadOnlyList<Tensor> Run(Tensor[] arguments)
    {
        if (DispatchFrame.Current.Target is null)
            return _body(arguments);
        HashSet<Function> running = _running ??= [];
        if (!running.Add(this))
        {
            throw new TfLbfgsException(
                $"{_description} calls itself while it is traced: its trace would contain itself without end. Write the repetition as a "
                    + "loop (a while loop op, or a C# loop of fixed length), or call a C# method instead of the function.");
        }

        try
        {
            return _body(arguments);
        }
        finally
        {
            running.Remove(this);
        }
    }

    private void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed))
            throw new TfLbfgsException($"{_description} was disposed. Dispose it after its last call.");
    }

    private static Tensor Single(Tensor[] inputs) =>
        inputs.Length == 1 ? inputs[0] : throw new TfLbfgsException($"Expected one argument, received {inputs.Length}.");

    /// <summary>The trace for the arguments, with a reference for the call.</summary>
    private ConcreteFunction Find(ReadOnlySpan<Tensor> arguments)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            _calls++;
            foreach (ConcreteFunction trace in _traces)
            {
                if (!trace.Signature.Accepts(arguments))
                    continue;
                trace.LastCall = _calls;
                trace.AddReference();
                return trace;
            }

            ConcreteFunction added = Add(Signature.Of(arguments));
            added.AddReference();
            return added;
        }
    }

    private ConcreteFunction Add(Signature signature)
    {
        IReadOnlyList<(int Argument, int Dimension)> open = OpenDimensions(signature);
        if (_seen.Count >= SignaturesRemembered)
            _seen.RemoveAt(0);
        _seen.Add(signature);
        (ConcreteFunction trace, string reason) = open.Count > 0 ? Relaxed(signature, open) : (Create(signature), "a new signature");
        trace.LastCall = _calls;
        _traces.Insert(0, trace);
        _traceCount++;
        if (_traces.Count > _options.CacheSize)
        {
            ConcreteFunction oldest = _traces.MinBy(t => t.LastCall)!;
            _traces.Remove(oldest);
            oldest.Release();
            reason += $"; more than {_options.CacheSize} are kept, so the one for ({oldest.Signature}) was released";
        }

        if (_traceCount > 1)
            _options.Retraced?.Invoke(new RetraceReport(_options.Name, _traceCount, trace.Signature.ToString(), reason));
        return trace;
    }

    /// <summary>A trace with dimensions left open; with the sizes as they are where the code cannot do without.</summary>
    private (ConcreteFunction Trace, string Reason) Relaxed(Signature signature, IReadOnlyList<(int Argument, int Dimension)> open)
    {
        string where =
            string.Join(" and ",
            open.Select(o => string.Create(CultureInfo.InvariantCulture, $"dimension {o.Dimension} of argument {o.Argument}")));
        string what = string.Create(CultureInfo.InvariantCulture, $"{where} differed in {SignaturesBeforeRelaxing} signatures");
        try
        {
            return (Create(signature.Relax(open)), $"{what} and is left open from now on");
        }
        catch (TfLbfgsException e)
        {
            return (Create(signature), $"{what}, and the code needs to know it: {e.Message}");
        }
    }

    private ConcreteFunction Create(Signature signature) =>
        ConcreteFunction.Create(ConcreteFunction.UniqueName(_options.Name), _description, signature, Run, _options);

    /// <summary>
    /// The dimensions in which the new signature and enough earlier ones differ, and nothing else; empty when there are none.
    /// </summary>
    private IReadOnlyList<(int Argument, int Dimension)> OpenDimensions(Signature signature)
    {
        Dictionary<string, int> counts = [];
        foreach (Signature earlier in _seen)
        {
            IReadOnlyList<(int, int)> differences = earlier.Differences(signature);
            if (differences.Count == 0)
                continue;
            string key = string.Join(';', differences);
            counts[key] = counts.GetValueOrDefault(key) + 1;
            if (counts[key] >= SignaturesBeforeRelaxing)
                return differences;
        }

        return [];
    }
}
