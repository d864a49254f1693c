using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>The value of one attribute of an op. Numbers are kept without boxing: an eager op must stay cheap.</summary>
public readonly struct AttributeValue
{
    private readonly long _number;
    private readonly object? _reference;

    private AttributeValue(AttributeKind kind, long number, object? reference)
    {
        Kind = kind;
        _number = number;
        _reference = reference;
    }

    /// <summary>What it holds.</summary>
    public AttributeKind Kind { get; }

    internal long Number => _number;

    internal object? Reference => _reference;

    internal static AttributeValue Of(bool value) => new(AttributeKind.Bool, value ? 1 : 0, null);

    internal static AttributeValue Of(long value) => new(AttributeKind.Int, value, null);

    internal static AttributeValue Of(float value) => new(AttributeKind.Float, BitConverter.SingleToInt32Bits(value), null);

    internal static AttributeValue Of(string value) => new(AttributeKind.Text, 0, value);

    internal static AttributeValue Of(DType value) => new(AttributeKind.Type, (long)value, null);

    internal static AttributeValue Of(Shape value) => new(AttributeKind.Shape, 0, value);

    internal static AttributeValue Of(Tensor value) => new(AttributeKind.Tensor, 0, value);

    internal static AttributeValue Of(Native.Handles.HostTensorHandle value) => new(AttributeKind.Tensor, 0, value);

    internal static AttributeValue Of(FunctionReference value) => new(AttributeKind.Function, 0, value.Name);

    internal static AttributeValue OfList(AttributeKind kind, object list) => new(kind, 0, list);

    /// <summary>A boolean.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(bool value) => Of(value);

    /// <summary>An integer.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(long value) => Of(value);

    /// <summary>A float32.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(float value) => Of(value);

    /// <summary>Text.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(string value) => Of(NotNull(value));

    /// <summary>A dtype.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(DType value) => Of(value);

    /// <summary>A shape.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator AttributeValue(Shape value) => Of(NotNull(value));

    /// <summary>A tensor, whose value becomes part of the op.</summary>
    /// <param name="value">The value; borrowed.</param>
    public static implicit operator AttributeValue(Tensor value) => Of(NotNull(value));

    /// <summary>A function.</summary>
    /// <param name="value">Its name in the context.</param>
    public static implicit operator AttributeValue(FunctionReference value) => Of(value);

    /// <summary>A list of booleans.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator AttributeValue(bool[] values) => OfList(AttributeKind.Bools, NotNull(values));

    /// <summary>A list of integers.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator AttributeValue(long[] values) => OfList(AttributeKind.Ints, NotNull(values));

    /// <summary>A list of float32.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator AttributeValue(float[] values) => OfList(AttributeKind.Floats, NotNull(values));

    /// <summary>A list of texts.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator AttributeValue(string[] values) => OfList(AttributeKind.Texts, NotNull(values));

    /// <summary>A list of dtypes.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator AttributeValue(DType[] values) => OfList(AttributeKind.Types, NotNull(values));

    /// <summary>A list of shapes, null where a rank is unknown.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator AttributeValue(Shape?[] values) => OfList(AttributeKind.Shapes, NotNull(values));

    /// <summary>A list of functions.</summary>
    /// <param name="values">Their names in the context.</param>
    public static implicit operator AttributeValue(FunctionReference[] values) => OfList(AttributeKind.Functions, NotNull(values));

    /// <summary>The value as a boolean.</summary>
    /// <returns>The value.</returns>
    public bool AsBool() => Expect(AttributeKind.Bool)._number != 0;

    /// <summary>The value as an integer.</summary>
    /// <returns>The value.</returns>
    public long AsInt() => Expect(AttributeKind.Int)._number;

    /// <summary>The value as a float32.</summary>
    /// <returns>The value.</returns>
    public float AsFloat() => BitConverter.Int32BitsToSingle((int)Expect(AttributeKind.Float)._number);

    /// <summary>The value as text.</summary>
    /// <returns>The value.</returns>
    public string AsText() => (string)Expect(AttributeKind.Text)._reference!;

    /// <summary>The value as a dtype.</summary>
    /// <returns>The value.</returns>
    public DType AsType() => (DType)Expect(AttributeKind.Type)._number;

    /// <summary>The value as a shape.</summary>
    /// <returns>The value.</returns>
    public Shape AsShape() => (Shape)Expect(AttributeKind.Shape)._reference!;

    /// <summary>The value as a list of integers.</summary>
    /// <returns>The value.</returns>
    public IReadOnlyList<long> AsInts() => (IReadOnlyList<long>)Expect(AttributeKind.Ints)._reference!;

    /// <summary>The value as a function's name.</summary>
    /// <returns>The value.</returns>
    public FunctionReference AsFunction() => new((string)Expect(AttributeKind.Function)._reference!);

    /// <summary>The value as the type of an <see cref="AttributeKey{T}"/>.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <returns>The value.</returns>
    /// <exception cref="TfLbfgsException">It is of another type.</exception>
    public T As<T>()
    {
        // The comparisons are constants of each instantiation, so that nothing is boxed.
        if (typeof(T) == typeof(bool))
            return (T)(object)AsBool();
        if (typeof(T) == typeof(long))
            return (T)(object)AsInt();
        if (typeof(T) == typeof(float))
            return (T)(object)AsFloat();
        if (typeof(T) == typeof(DType))
            return (T)(object)AsType();
        if (typeof(T) == typeof(FunctionReference))
            return (T)(object)AsFunction();
        return _reference is T value
            ? value : throw new TfLbfgsException($"Expected an attribute of type {typeof(T).Name}, received one of kind {Kind}.");
    }

    private static T NotNull<T>(T value) where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }

    private AttributeValue Expect(AttributeKind kind) =>
        Kind == kind ? this : throw new TfLbfgsException($"Expected an attribute of kind {kind}, received {Kind}.");
}
