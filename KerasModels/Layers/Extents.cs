namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Sizes along the spatial dimensions of a layer: one number for all, or one for each. An int, a tuple of ints and an array convert to it.
/// Python: an integer or a tuple.
/// </summary>
public readonly record struct Extents
{
    private readonly int[]? _values;

    private Extents(int[] values) => _values = values;

    /// <summary>One size for every dimension.</summary>
    /// <param name="value">The size.</param>
    public static implicit operator Extents(int value) => FromInt32(value);

    /// <summary>Sizes for two dimensions.</summary>
    /// <param name="values">The sizes.</param>
    public static implicit operator Extents((int First, int Second) values) => new([values.First, values.Second]);

    /// <summary>Sizes for three dimensions.</summary>
    /// <param name="values">The sizes.</param>
    public static implicit operator Extents((int First, int Second, int Third) values) => new([values.First, values.Second, values.Third]);

    /// <summary>Sizes for any number of dimensions.</summary>
    /// <param name="values">The sizes.</param>
    public static implicit operator Extents(int[] values) => FromArray(values);

    /// <summary>One size for every dimension.</summary>
    /// <param name="value">The size.</param>
    /// <returns>The extents.</returns>
    public static Extents FromInt32(int value) => new([value]);

    /// <summary>Sizes for any number of dimensions.</summary>
    /// <param name="values">The sizes.</param>
    /// <returns>The extents.</returns>
    public static Extents FromArray(params int[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new Extents([.. values]);
    }

    /// <summary>The size along each dimension; one alone is repeated.</summary>
    /// <param name="count">The number of dimensions.</param>
    /// <param name="name">What the sizes are, for messages.</param>
    /// <returns>As many sizes.</returns>
    /// <exception cref="TfLbfgsException">There are neither one nor that many.</exception>
    public int[] For(int count, string name) => _values switch
    {
        [int single] => [.. Enumerable.Repeat(single, count)],
        { } values when values.Length == count => [.. values],
        { } values =>
            throw new TfLbfgsException(
            $"Expected {name} with 1 or {count} sizes, received {values.Length}: [{string.Join(", ", values)}]."),
        null => throw new TfLbfgsException($"Expected {name} with 1 or {count} sizes, received none."),
    };
}
