namespace TfLbfgs.Tensors;

/// <summary>
/// The name and type of an attribute in the definition of an op, with its default. The generated <c>OpAttributes</c> have one for each op.
/// </summary>
/// <typeparam name="T">
/// bool, long, float, string, <see cref="Runtime.DType"/>, <see cref="Shape"/>, <see cref="FunctionReference"/>, or an
/// <see cref="IReadOnlyList{T}"/> of one of them.
/// </typeparam>
public readonly record struct AttributeKey<T>
{
    private readonly T? _default;

    /// <summary>An attribute that every op of the definition is made with.</summary>
    /// <param name="name">The name in the definition, such as <c>transpose_a</c>.</param>
    public AttributeKey(string name) => Name = name;

    /// <summary>An attribute with a default.</summary>
    /// <param name="name">The name in the definition, such as <c>transpose_a</c>.</param>
    /// <param name="defaultValue">The default in the definition.</param>
    public AttributeKey(string name, T defaultValue)
    {
        Name = name;
        HasDefault = true;
        _default = defaultValue;
    }

    /// <summary>The name in the definition.</summary>
    public string Name { get; }

    /// <summary>Whether the definition has a default.</summary>
    public bool HasDefault { get; }

    /// <summary>The default.</summary>
    /// <exception cref="TfLbfgsException">The definition has none.</exception>
    public T Default =>
        HasDefault ? _default!
        : throw new TfLbfgsException(
        $"The attribute '{Name}' has no default in the op's definition. Read it from an op that was made with it.");
}
