namespace TfLbfgs.Tensors;

/// <summary>
/// One position in <c>tensor[...]</c>: an index, a range with or without a step, a new axis, or an ellipsis. Python: what stands between
/// the brackets.
/// </summary>
public readonly record struct TensorIndex
{
    internal enum Form
    {
        Single,
        Slice,
        NewAxis,
        Ellipsis,
    }

    internal Form Kind { get; private init; }

    internal long? Begin { get; private init; }

    internal long? End { get; private init; }

    internal long Stride { get; private init; }

    /// <summary>A new dimension of size 1. Python: <c>tf.newaxis</c>.</summary>
    public static TensorIndex NewAxis { get; } = new() { Kind = Form.NewAxis };

    /// <summary>As many whole dimensions as are left. Python: <c>...</c></summary>
    public static TensorIndex Ellipsis { get; } = new() { Kind = Form.Ellipsis };

    /// <summary>A slice with a step. Python: <c>begin:end:step</c>.</summary>
    /// <param name="begin">The first index; negative counts from the end; null: from the start (for a negative step: from the end).</param>
    /// <param name="end">The index after the last; negative counts from the end; null: to the end (for a negative step: to the
    /// start).</param>
    /// <param name="step">The step, not 0.</param>
    /// <returns>The index.</returns>
    /// <exception cref="TfLbfgsException">The index is ^0, which is no element.</exception>
    public static TensorIndex Slice(long? begin, long? end, long step = 1) => step == 0
        ? throw new TfLbfgsException("Expected a step other than 0 in a slice.")
        : new TensorIndex { Kind = Form.Slice, Begin = begin, End = end, Stride = step };

    /// <summary>One element of the dimension, which disappears; negative counts from the end.</summary>
    /// <param name="index">The index.</param>
    public static implicit operator TensorIndex(long index) => new() { Kind = Form.Single, Begin = index, Stride = 1 };

    /// <summary>One element of the dimension, which disappears; negative counts from the end.</summary>
    /// <param name="index">The index.</param>
    public static implicit operator TensorIndex(int index) => (long)index;

    /// <summary>One element of the dimension, which disappears.</summary>
    /// <param name="index">The index, such as <c>^1</c>.</param>
    public static implicit operator TensorIndex(Index index) => index switch
    {
        { IsFromEnd: false } => index.Value,
        { Value: 0 } =>
            throw new TfLbfgsException("Expected the index of an element, received ^0, which stands behind the last one; ^1 is the last."),
        _ => -(long)index.Value,
    };

    /// <summary>A range of the dimension.</summary>
    /// <param name="range">The range, such as <c>1..^1</c>.</param>
    public static implicit operator TensorIndex(Range range) => Slice(
        // ^0 is the end of the dimension, regardless of the size: TensorFlow cuts bounds that lie behind it.
        range.Start is { IsFromEnd: true, Value: 0 } ? int.MaxValue : range.Start.IsFromEnd ? -(long)range.Start.Value : range.Start.Value,
        range.End is { IsFromEnd: true, Value: 0 } ? null : range.End.IsFromEnd ? -(long)range.End.Value : range.End.Value);
}
