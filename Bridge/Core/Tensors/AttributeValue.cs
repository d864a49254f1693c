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

    private AttributeValue Expect(AttributeKind kind) => Kind == kind ? this : throw new TfLbfgsException($"Expected an attribute of kind {kind}, received {Kind}.");
}
