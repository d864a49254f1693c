using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// One op with its inputs and attributes, ready to be executed or recorded. The generated <c>RawOps</c> are made of these; use it directly
/// for an op
/// that they do not have. Inputs are borrowed.
/// </summary>
public sealed class Operation
{
    private readonly List<Tensor> _inputs = new(4);
    private readonly List<(int Start, int Count)> _lists = [];
    private OperationAttribute[] _attributes = [];
    private int _attributeCount;

    /// <summary>Starts an op.</summary>
    /// <param name="name">The op's name, such as <c>MatMul</c>, or a function's.</param>
    /// <param name="outputCount">How many tensors it returns, list outputs counted element by element.</param>
    /// <param name="isStateful">Whether its definition says that it has state or side effects; a trace keeps the order of those.</param>
    public Operation(string name, int outputCount, bool isStateful = false)
    {
        Name = name;
        OutputCount = outputCount;
        IsStateful = isStateful;
    }

    /// <summary>The op's name.</summary>
    public string Name { get; }

    /// <summary>How many tensors it returns.</summary>
    public int OutputCount { get; }

    /// <summary>Whether it has state or side effects.</summary>
    public bool IsStateful { get; }

    /// <summary>All inputs in the order of the definition, lists flattened.</summary>
    public IReadOnlyList<Tensor> Inputs => _inputs;

    /// <summary>The attributes that were given.</summary>
    public ReadOnlySpan<OperationAttribute> Attributes => _attributes.AsSpan(0, _attributeCount);

    /// <summary>Where each list argument stands in <see cref="Inputs"/>: first index and length.</summary>
    internal IReadOnlyList<(int Start, int Count)> Lists => _lists;

    /// <summary>True when <see cref="Name"/> is that of a traced function.</summary>
    internal bool IsFunctionCall { get; init; }

    /// <summary>Whether TensorFlow optimizes the graph of the function that is called.</summary>
    internal bool OptimizesGraph { get; init; }

    /// <summary>A gradient rule of its own, known to the Gradients folder; null: the rule registered for the name.</summary>
    internal object? GradientRule { get; init; }

    /// <summary>
    /// Whether it leaves the resources among its inputs as they are although its name does not say so, as a loop whose body only reads
    /// variables.
    /// </summary>
    internal bool OnlyReads { get; init; }

    /// <summary>Tensors that a trace lets be computed before, besides the inputs; borrowed.</summary>
    internal IReadOnlyList<Tensor> After { get; init; } = [];

    /// <summary>Adds an input.</summary>
    /// <param name="input">The tensor; borrowed.</param>
    /// <returns>This op.</returns>
    public Operation Input(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _inputs.Add(input);
        return this;
    }

    /// <summary>Adds a list argument.</summary>
    /// <param name="inputs">The tensors; borrowed.</param>
    /// <returns>This op.</returns>
    public Operation InputList(IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        _lists.Add((_inputs.Count, inputs.Count));
        foreach (Tensor input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
            _inputs.Add(input);
        }

        return this;
    }

    /// <summary>Sets an attribute.</summary>
    /// <param name="name">The name in the op's definition.</param>
    /// <param name="value">The value.</param>
    /// <param name="isDefault">Whether it equals the definition's default.</param>
    /// <returns>This op.</returns>
    public Operation Attribute(string name, bool value, bool isDefault = false) => Add(name, AttributeValue.Of(value), isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, long value, bool isDefault = false) => Add(name, AttributeValue.Of(value), isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, float value, bool isDefault = false) => Add(name, AttributeValue.Of(value), isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, string value, bool isDefault = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(name, AttributeValue.Of(value), isDefault);
    }

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, DType value, bool isDefault = false) => Add(name, AttributeValue.Of(value), isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, Shape? value, bool isDefault = false) =>
        Add(name, AttributeValue.Of(value ?? Shape.Unknown), isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, Tensor value, bool isDefault = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(name, AttributeValue.Of(value), isDefault);
    }

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, FunctionReference value, bool isDefault = false) =>
        Add(name, AttributeValue.Of(value), isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, IReadOnlyList<bool> value, bool isDefault = false) =>
        AddList(name, AttributeKind.Bools, value, isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, IReadOnlyList<long> value, bool isDefault = false) =>
        AddList(name, AttributeKind.Ints, value, isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, IReadOnlyList<float> value, bool isDefault = false) =>
        AddList(name, AttributeKind.Floats, value, isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, IReadOnlyList<string> value, bool isDefault = false) =>
        AddList(name, AttributeKind.Texts, value, isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, IReadOnlyList<DType> value, bool isDefault = false) =>
        AddList(name, AttributeKind.Types, value, isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, IReadOnlyList<Shape?> value, bool isDefault = false) =>
        AddList(name, AttributeKind.Shapes, value, isDefault);

    /// <inheritdoc cref="Attribute(string, bool, bool)"/>
    public Operation Attribute(string name, IReadOnlyList<FunctionReference> value, bool isDefault = false) =>
        AddList(name, AttributeKind.Functions, value, isDefault);

    /// <summary>Executes the op now, or records it when the calling thread traces a function.</summary>
    /// <returns>The outputs, owned by the caller.</returns>
    /// <exception cref="TfStatusException">TensorFlow refused it.</exception>
    public Tensor[] Execute() => Dispatcher.Execute(this);

    /// <summary>The value of an attribute.</summary>
    /// <param name="name">The name in the op's definition.</param>
    /// <returns>The value.</returns>
    /// <exception cref="TfLbfgsException">The op was made without it.</exception>
    public AttributeValue GetAttribute(string name)
    {
        foreach (OperationAttribute attribute in Attributes)
        {
            if (attribute.Name == name)
                return attribute.Value;
        }

        throw new TfLbfgsException(
            $"{Name} was made without the attribute '{name}'; it has: {string.Join(", ", Attributes.ToArray().Select(a => a.Name))}.");
    }

    /// <summary>The value of an attribute; the definition's default where the op was made without it.</summary>
    /// <typeparam name="T">The attribute's type.</typeparam>
    /// <param name="key">The attribute, from the generated <c>OpAttributes</c>.</param>
    /// <returns>The value.</returns>
    /// <exception cref="TfLbfgsException">The op was made without it and the definition has no default, or it is of another
    /// type.</exception>
    public T GetAttribute<T>(AttributeKey<T> key)
    {
        foreach (OperationAttribute attribute in Attributes)
        {
            if (attribute.Name == key.Name)
                return attribute.Value.As<T>();
        }

        return key.HasDefault ? key.Default : GetAttribute(key.Name).As<T>();
    }

    /// <summary>The same op with the same attributes, of other inputs: as many, divided into lists in the same way.</summary>
    internal Operation WithInputs(IReadOnlyList<Tensor> inputs)
    {
        Operation copy = new(Name, OutputCount, IsStateful) { IsFunctionCall = IsFunctionCall, OptimizesGraph = OptimizesGraph };
        copy._inputs.AddRange(inputs);
        copy._lists.AddRange(_lists);
        copy._attributes = Attributes.ToArray();
        copy._attributeCount = _attributeCount;
        return copy;
    }

    /// <summary>Sets an attribute of any kind.</summary>
    /// <param name="name">The name in the op's definition.</param>
    /// <param name="value">The value.</param>
    /// <returns>This op.</returns>
    public Operation Attribute(string name, AttributeValue value) => Add(name, value, false);

    /// <summary>The same op with other inputs.</summary>
    /// <param name="inputs">As many tensors as <see cref="Inputs"/> has, in its order; borrowed.</param>
    /// <returns>The op.</returns>
    /// <exception cref="TfLbfgsException">The number differs.</exception>
    public Operation With(IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != _inputs.Count)
            throw new TfLbfgsException($"{Name}: expected {_inputs.Count} inputs, received {inputs.Count}.");
        Operation copy = new(Name, OutputCount, IsStateful)
        {
            IsFunctionCall = IsFunctionCall,
            GradientRule = GradientRule,
            _attributes = [.. Attributes],
            _attributeCount = _attributeCount
        };
        copy._inputs.AddRange(inputs);
        copy._lists.AddRange(_lists);
        return copy;
    }

    /// <summary>The inputs for an error message: <c>float64(3, 4), int32()</c>.</summary>
    internal string DescribeInputs() => string.Join(", ", _inputs.Select(input => input.Describe()));

    internal Operation HostTensorAttribute(string name, Native.Handles.HostTensorHandle value) =>
        Add(name, AttributeValue.Of(value), false);

    private Operation AddList(string name, AttributeKind kind, object value, bool isDefault)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(name, AttributeValue.OfList(kind, value), isDefault);
    }

    private Operation Add(string name, AttributeValue value, bool isDefault)
    {
        if (_attributeCount == _attributes.Length)
            Array.Resize(ref _attributes, Math.Max(4, 2 * _attributeCount));
        _attributes[_attributeCount++] = new OperationAttribute(name, value, isDefault);
        return this;
    }
}
