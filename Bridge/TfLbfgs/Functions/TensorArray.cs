using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// An array of tensors of one dtype, written and read by index, eagerly or within loops of a traced function. It never changes: a method
/// that writes returns a new array. Tapes differentiate through it. As the state of
/// <see cref="Tf.While"/> pass <see cref="Flow"/>, and take it up again by <see cref="WithFlow"/>. Python: <c>tf.TensorArray</c>.
/// </summary>
public sealed class TensorArray : IDisposable
{
    private readonly bool _grows;

    private TensorArray(Tensor flow, DType dtype, Shape elementShape, bool grows)
    {
        Flow = flow;
        DType = dtype;
        ElementShape = elementShape;
        _grows = grows;
    }

    /// <summary>The dtype of the elements.</summary>
    public DType DType { get; }

    /// <summary>What is known of the shape of the elements.</summary>
    public Shape ElementShape { get; }

    /// <summary>The array as a tensor of variant, shape []; owned by the array. Python: <c>flow</c>.</summary>
    public Tensor Flow { get; }

    /// <summary>The number of elements: int32, shape [], owned by the caller. Python: <c>size</c>.</summary>
    public Tensor Size => RawOps.TensorListLength(Flow);

    /// <summary>An array without elements yet.</summary>
    /// <param name="dtype">The dtype of the elements.</param>
    /// <param name="size">The number of elements; one that is never written counts as zeros where its shape is known.</param>
    /// <param name="elementShape">What is known of the shape of the elements; null: nothing.</param>
    /// <param name="dynamicSize">Whether a write behind the last element makes the array longer. XLA does not compile that.</param>
    /// <returns>The array, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The size is negative.</exception>
    public static TensorArray Create(DType dtype, int size, Shape? elementShape = null, bool dynamicSize = false)
    {
        if (size < 0)
            throw new TfLbfgsException($"TensorArray.Create: expected a size of at least 0, received {size}.");
        Shape shape = elementShape ?? Shape.Unknown;
        using TensorScope scope = new();
        Tensor flow = scope.Keep(RawOps.TensorListReserve(TensorLists.ElementShape(shape), Tensor.Scalar(size), dtype));
        return new TensorArray(flow, dtype, shape, dynamicSize);
    }

    /// <summary>An array of the elements of a tensor along its first axis. Python: <c>unstack</c>.</summary>
    /// <param name="values">A tensor [size, ...]; borrowed.</param>
    /// <returns>The array, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The tensor is a scalar.</exception>
    public static TensorArray Unstack(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Shape.HasRank && values.Rank == 0)
            throw new TfLbfgsException($"TensorArray.Unstack: expected a tensor [size, ...], received {values.Describe()}.");
        Shape shape = TensorLists.ElementOf(values.Shape);
        using TensorScope scope = new();
        Tensor element = values.Shape.HasRank ? TensorLists.ElementShape(shape) : RawOps.Shape(values, DType.Int32)[1..];
        return new TensorArray(scope.Keep(RawOps.TensorListFromTensor(values, element)), values.DType, shape, grows: false);
    }

    /// <summary>An array of the consecutive parts of a tensor along its first axis. Python: <c>split</c>.</summary>
    /// <param name="values">A tensor [n, ...]; borrowed.</param>
    /// <param name="lengths">The length of each part: int64, shape [size], with sum n; borrowed.</param>
    /// <returns>The array, owned by the caller.</returns>
    public static TensorArray Split(Tensor values, Tensor lengths)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(lengths);
        Shape shape = values.Shape.HasRank ? (long[])[-1, .. values.Shape.ToArray().AsSpan(1)] : Shape.Unknown;
        using TensorScope scope = new();
        return new TensorArray(scope.Keep(RawOps.TensorListSplit(values, TensorLists.ElementShape(shape), lengths)), values.DType, shape,
            grows: false);
    }

    /// <summary>This array with the elements of another flow, such as the state of a loop. Python: <c>TensorArray(flow=...)</c>.</summary>
    /// <param name="flow">The flow; the new array owns it.</param>
    /// <returns>The array.</returns>
    public TensorArray WithFlow(Tensor flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return new TensorArray(flow, DType, ElementShape, _grows);
    }

    /// <summary>The array with an element written. Python: <c>write</c>.</summary>
    /// <param name="index">The index: int32, shape []; borrowed.</param>
    /// <param name="value">The element, of the array's dtype and element shape; borrowed.</param>
    /// <returns>The new array, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">Dtype or shape of the element differ.</exception>
    public TensorArray Write(Tensor index, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.DType != DType || !value.Shape.IsCompatibleWith(ElementShape))
            throw new TfLbfgsException($"TensorArray.Write: expected {DType.PythonName}{ElementShape}, received {value.Describe()}.");
        return WithFlow(RawOps.TensorListSetItem(Flow, index, value, _grows));
    }

    /// <summary>The array with an element written.</summary>
    /// <inheritdoc cref="Write(Tensor, Tensor)"/>
    /// <param name="index">The index.</param>
    /// <param name="value">The element, of the array's dtype and element shape; borrowed.</param>
    public TensorArray Write(int index, Tensor value)
    {
        using Tensor at = Tensor.Scalar(index);
        return Write(at, value);
    }

    /// <summary>One element. Python: <c>read</c>.</summary>
    /// <param name="index">The index: int32, shape []; borrowed.</param>
    /// <returns>The element, owned by the caller.</returns>
    public Tensor Read(Tensor index)
    {
        using TensorScope scope = new();
        Tensor item = RawOps.TensorListGetItem(Flow, index, TensorLists.ElementShape(ElementShape), DType);
        item.RefineShape(ElementShape);
        return scope.Keep(item);
    }

    /// <summary>One element.</summary>
    /// <param name="index">The index.</param>
    /// <returns>The element, owned by the caller.</returns>
    public Tensor Read(int index)
    {
        using Tensor at = Tensor.Scalar(index);
        return Read(at);
    }

    /// <summary>All elements, stacked along a new first axis. Python: <c>stack</c>.</summary>
    /// <returns>The tensor [size, ...], owned by the caller.</returns>
    public Tensor Stack()
    {
        using TensorScope scope = new();
        return scope.Keep(RawOps.TensorListStack(Flow, TensorLists.ElementShape(ElementShape), DType));
    }

    /// <summary>Some elements, stacked along a new first axis. Python: <c>gather</c>.</summary>
    /// <param name="indices">Their indices: int32, shape [n]; borrowed.</param>
    /// <returns>The tensor [n, ...], owned by the caller.</returns>
    public Tensor Gather(Tensor indices)
    {
        using TensorScope scope = new();
        return scope.Keep(RawOps.TensorListGather(Flow, indices, TensorLists.ElementShape(ElementShape), DType));
    }

    /// <summary>The array with several elements written. Python: <c>scatter</c>.</summary>
    /// <param name="indices">Their indices: int32, shape [n]; borrowed.</param>
    /// <param name="values">The elements [n, ...]; borrowed.</param>
    /// <returns>The new array, owned by the caller.</returns>
    public TensorArray Scatter(Tensor indices, Tensor values) => WithFlow(RawOps.TensorListScatterIntoExistingList(Flow, values, indices));

    /// <summary>All elements, one behind the other along their first axis. Python: <c>concat</c>.</summary>
    /// <returns>The tensor, owned by the caller.</returns>
    public Tensor Concat()
    {
        using TensorScope scope = new();
        Shape open = ElementShape.HasRank ? (long[])[-1, .. ElementShape.ToArray().AsSpan(1)] : Shape.Unknown;
        return scope.Keep(RawOps.TensorListConcatV2(Flow, TensorLists.ElementShape(open), Tensor.From(Array.Empty<long>()), DType).Tensor);
    }

    /// <summary>Frees the array; what was read of it lives on.</summary>
    public void Dispose() => Flow.Dispose();

    /// <summary>Such as <c>TensorArray of float64(2)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"TensorArray of {DType.PythonName}{ElementShape}";
}
