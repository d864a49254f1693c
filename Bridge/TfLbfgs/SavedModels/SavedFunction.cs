using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>
/// A function of a SavedModel or graph: a signature, a function of an object, or nodes between tensors. A call is one native call on
/// tensors of the device; nothing is copied to the host. Tapes see through it, also to the variables of the model, and a traced function
/// that calls it contains its ops. Thread-safe. Python: <c>tf.types.experimental.ConcreteFunction</c>, what
/// <c>tf.saved_model.load(folder).signatures[name]</c> returns.
/// </summary>
public sealed class SavedFunction
{
    private readonly GraphSession _session;
    private readonly Func<IReadOnlyList<Tensor>, Tensor[]> _body;
    private readonly IReadOnlyDictionary<string, Func<Tensor>> _defaults;
    private readonly Lock _gate = new();
    private ConcreteFunction? _function;
    private bool _compile;
    private bool _closed;

    internal SavedFunction(GraphSession session, string name, FunctionForm form, Func<IReadOnlyList<Tensor>, Tensor[]> body)
    {
        _session = session;
        _body = body;
        _defaults = form.Defaults;
        _compile = session.Options.Compile;
        Name = name;
        Inputs = form.Inputs;
        Outputs = form.Outputs;
        Variables = form.Variables;
    }

    /// <summary>Its name in the model.</summary>
    public string Name { get; }

    /// <summary>The inputs, in the order in which they are given by position.</summary>
    public IReadOnlyList<TensorSpec> Inputs { get; }

    /// <summary>
    /// The outputs, in the order in which they are returned; parts of nested structures by their paths, such as <c>state/0</c>.
    /// </summary>
    public IReadOnlyList<TensorSpec> Outputs { get; }

    /// <summary>The variables of the model that it uses; borrowed.</summary>
    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>Those of the variables that are trained; borrowed.</summary>
    public IReadOnlyList<Variable> TrainableVariables => [.. Variables.Where(variable => variable.Trainable)];

    /// <summary>Why XLA does not compile it although it was asked to; null: it does, or was not asked.</summary>
    public string? NotCompiledBecause { get; private set; }

    /// <summary>Calls it.</summary>
    /// <param name="arguments">One tensor for each of <see cref="Inputs"/>, in this order; borrowed.</param>
    /// <returns>One tensor for each of <see cref="Outputs"/>, in this order, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An argument does not fit, an op may not run or fails, or the model was closed.</exception>
    public Tensor[] Call(params ReadOnlySpan<Tensor> arguments)
    {
        if (arguments.Length != Inputs.Count)
            throw Refuse($"expected {Inputs.Count} arguments ({string.Join(", ", Inputs)}), received {arguments.Length}");
        for (int i = 0; i < arguments.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(arguments[i], nameof(arguments));
            if (!Inputs[i].Accepts(arguments[i]))
                throw Refuse($"expected {Inputs[i]}, received {arguments[i].Describe()}. Cast or reshape it");
        }

        if (DispatchFrame.Current.Target is not null || VariableSubstitution.IsOpen)
            return Inline(arguments.ToArray());
        try
        {
            return CallTraced(arguments);
        }
        catch (TfStatusException e)
            when (_compile
            && (e.Message.Contains("XLA", StringComparison.Ordinal) || e.Message.Contains("ompil", StringComparison.Ordinal)))
        {
            lock (_gate)
            {
                _compile = false;
                NotCompiledBecause = e.Message;
                _function?.Release();
                _function = null;
            }

            return CallTraced(arguments);
        }
    }

    /// <summary>Calls it with arguments by name.</summary>
    /// <param name="first">An argument; borrowed.</param>
    /// <param name="others">The others; those with a default may be left out; borrowed.</param>
    /// <returns>The outputs by name, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An argument is missing, unknown or does not fit, an op may not run or fails, or the model was
    /// closed.</exception>
    public IReadOnlyDictionary<string, Tensor> Call((string Name, Tensor Value) first,
        params ReadOnlySpan<(string Name, Tensor Value)> others)
    {
        Dictionary<string, Tensor> arguments = new(StringComparer.Ordinal) { [first.Name] = first.Value };
        foreach ((string name, Tensor value) in others)
        {
            if (!arguments.TryAdd(name, value))
                throw Refuse($"expected each argument once, received '{name}' twice");
        }

        return Call(arguments);
    }

    /// <summary>Calls it with arguments by name.</summary>
    /// <param name="arguments">The arguments; those with a default may be left out; borrowed.</param>
    /// <returns>The outputs by name, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An argument is missing, unknown or does not fit, an op may not run or fails, or the model was
    /// closed.</exception>
    public IReadOnlyDictionary<string, Tensor> Call(IReadOnlyDictionary<string, Tensor> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Keys.FirstOrDefault(name => Inputs.All(input => input.Name != name)) is { } unknown)
            throw Refuse($"expected arguments of the names {string.Join(", ", Inputs.Select(input => input.Name))}, received '{unknown}'");
        Tensor[] given = new Tensor[Inputs.Count];
        List<Tensor> made = [];
        try
        {
            for (int i = 0; i < given.Length; i++)
            {
                if (arguments.TryGetValue(Inputs[i].Name, out Tensor? value))
                {
                    given[i] = value;
                    continue;
                }

                if (!_defaults.TryGetValue(Inputs[i].Name, out Func<Tensor>? ifMissing))
                    throw Refuse($"expected an argument for {Inputs[i]}, received none");
                given[i] = ifMissing();
                made.Add(given[i]);
            }

            Tensor[] results = Call(given);
            Dictionary<string, Tensor> named = new(results.Length, StringComparer.Ordinal);
            for (int i = 0; i < results.Length; i++)
                named[Outputs[i].Name] = results[i];
            return named;
        }
        finally
        {
            foreach (Tensor tensor in made)
                tensor.Dispose();
        }
    }

    /// <summary>Such as <c>serving_default(x: float32(None, 2)) -> (y: float32(None, 1))</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name}({string.Join(", ", Inputs)}) -> ({string.Join(", ", Outputs)})";

    /// <summary>Removes it from the context, once the calls that run now have ended.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _function?.Release();
            _function = null;
        }
    }

    private Tensor[] CallTraced(ReadOnlySpan<Tensor> arguments)
    {
        ConcreteFunction function;
        lock (_gate)
        {
            ThrowIfClosed();
            function = _function ??= Trace();
            function.AddReference();
        }

        try
        {
            return function.Call(arguments);
        }
        finally
        {
            function.Release();
        }
    }

    private ConcreteFunction Trace()
    {
        Signature signature = new([.. Inputs.Select(input => input.DType)], [.. Inputs.Select(input => input.Shape)]);
        FunctionOptions options = new() { Name = "saved_model", Compile = _compile };
        return ConcreteFunction.Create(
            ConcreteFunction.UniqueName(options.Name), $"the function '{Name}' of a SavedModel", signature, Run, options);
    }

    private Tensor[] Run(Tensor[] arguments)
    {
        try
        {
            return _body(arguments);
        }
        catch (Exception e) when (e is not TfStatusException && OneLine.IsNeeded(e))
        {
            throw new TfLbfgsException(
                $"The function '{OneLine.Of(Name)}' of a SavedModel cannot be run: {OneLine.Of(e.Message)}. The file is damaged; save it "
                + "again.", e);
        }
    }

    /// <summary>Runs it op by op, or into the trace of the thread.</summary>
    private Tensor[] Inline(Tensor[] arguments)
    {
        lock (_gate)
            ThrowIfClosed();
        using TensorScope scope = new();
        // What it passes on belongs to others: the caller receives an owner of its own.
        Tensor[] results = [.. Run(arguments).Select(result => result.Alias())];
        TensorScope.Register(results);
        foreach (Tensor result in results)
            scope.Keep(result);
        return results;
    }

    private void ThrowIfClosed()
    {
        if (_closed)
            throw Refuse("expected a model that is open, received one that was disposed. Dispose it after its last call");
    }

    private TfLbfgsException Refuse(string what) => new($"The function '{Name}' of a SavedModel: {what}.");
}
