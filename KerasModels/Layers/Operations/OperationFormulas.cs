using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Functions of NumPy that operations of Keras 3 compute and TensorFlow has not as one op.</summary>
internal static class OperationFormulas
{
    /// <summary>log(exp(x) + exp(y)) in a base, without overflow.</summary>
    public static Tensor LogAddExp(Tensor x, Tensor y, double perUnit)
    {
        Tensor decay = Tf.Exp(Tf.Abs(x - y) * -perUnit);
        return Tf.Where(Tf.Equal(x, y), x + (Math.Log(2) / perUnit), Tf.Maximum(x, y) + (Tf.Log1p(decay) / perUnit));
    }

    /// <summary>sin(pi x) / (pi x), 1 at 0.</summary>
    public static Tensor Sinc(Tensor x)
    {
        Tensor scaled = x * Math.PI;
        Tensor isZero = Tf.Equal(x, Tf.ZerosLike(x));
        Tensor safe = Tf.Where(isZero, Tf.OnesLike(x), scaled);
        return Tf.Where(isZero, Tf.OnesLike(x), Tf.Sin(safe) / safe);
    }

    /// <summary>Rounds half to even, to a number of decimals.</summary>
    public static Tensor Round(Tensor x, int decimals)
    {
        if (decimals == 0 || !x.DType.IsFloating)
            return Tf.Round(x);
        double factor = Math.Pow(10, decimals);
        return Tf.Round(x * factor) / factor;
    }

    /// <summary>Replaces NaN and infinities; null: the largest and smallest numbers of the dtype.</summary>
    public static Tensor NanToNum(Tensor x, double nan, double? positive, double? negative)
    {
        if (!x.DType.IsFloating)
            return x;
        double largest = x.DType switch
        {
            DType.Float64 => double.MaxValue,
            DType.Float16 => 65504,
            DType.BFloat16 => 3.3895313892515355e38,
            _ => float.MaxValue
        };
        Tensor result = Tf.Where(Tf.Math.IsNan(x), Constant(x, nan), x);
        result = Tf.Where(IsInfinity(x, 1), Constant(x, positive ?? largest), result);
        return Tf.Where(IsInfinity(x, -1), Constant(x, negative ?? -largest), result);
    }

    /// <summary>Whether each element is the infinity of a sign.</summary>
    public static Tensor IsInfinity(Tensor x, int sign) => x.DType.IsFloating
        ? Tf.Equal(x, Constant(x, sign > 0 ? double.PositiveInfinity : double.NegativeInfinity))
        : Tf.ZerosLike(x, DType.Bool);

    /// <summary>The quantile q in [0, 1] between neighbours, linearly; null axes: of all elements.</summary>
    public static Tensor Quantile(Tensor x, double q, int[]? axes, bool keepDims) =>
        Quantile(x, q, axes, keepDims, sorted => Tf.Cast(Tf.Shape(sorted)[-1], DType.Float64));

    /// <summary>The quantile of the elements that are no NaN; NaN where none is.</summary>
    public static Tensor NanQuantile(Tensor x, double q, int[]? axes, bool keepDims) => Quantile(
        WithoutNan(x, double.PositiveInfinity), q, axes, keepDims,
        sorted => Tf.ReduceSum(Tf.Cast(Tf.Less(sorted, Constant(sorted, double.PositiveInfinity)), DType.Float64), -1));

    // Of the sorted elements, only this many count.
    private static Tensor Quantile(Tensor x, double q, int[]? axes, bool keepDims, Func<Tensor, Tensor> countOf)
    {
        if (q is not (>= 0 and <= 1))
            throw new TfLbfgsException($"Expected a quantile from 0 to 1, received {q}.");
        int[] reduced = Axes(x, axes);
        int[] kept = [.. Enumerable.Range(0, x.Rank).Except(reduced)];
        // The axes that go away become one, the last.
        Tensor moved = Tf.Transpose(x, [.. kept, .. reduced]);
        Tensor shape = Tf.Concat([Tf.Gather(Tf.Shape(x), Tensor.From<int>(kept)), Tensor.From<int>([-1])], 0);
        Tensor sorted = Tf.Sort(Tf.Reshape(moved, shape));
        Tensor count = countOf(sorted), place = Tf.Maximum(count - 1.0, Tensor.Scalar(0.0)) * q;
        Tensor below = Tf.Cast(Tf.Floor(place), DType.Int32), above = Tf.Cast(Tf.Math.Ceil(place), DType.Int32);
        Tensor share = Tf.Cast(place - Tf.Floor(place), x.DType);
        Tensor low = At(below), high = At(above);
        Tensor result = Tf.Where(count > 0.0, low + ((high - low) * share), Constant(x, double.NaN));
        return keepDims ? reduced.Order().Aggregate(result, Tf.ExpandDims) : result;

        Tensor At(Tensor index) => index.Rank == 0
            ? Tf.Gather(sorted, index, -1) : Tf.Squeeze(TakeAlongAxis(sorted, Tf.ExpandDims(index, -1), -1), -1);
    }

    /// <summary>A reduction over elements that are no NaN, which count as a value that does not matter.</summary>
    public static Tensor WithoutNan(Tensor x, double instead) =>
        x.DType.IsFloating ? Tf.Where(Tf.Math.IsNan(x), Constant(x, instead), x) : x;

    /// <summary>The mean of the elements that are no NaN.</summary>
    public static Tensor NanMean(Tensor x, int[]? axes, bool keepDims) =>
        Tf.ReduceSum(WithoutNan(x, 0), axes, keepDims) / Tf.ReduceSum(Tf.Cast(Tf.LogicalNot(Tf.Math.IsNan(x)), x.DType), axes, keepDims);

    /// <summary>The variance of the elements that are no NaN.</summary>
    public static Tensor NanVariance(Tensor x, int[]? axes, bool keepDims) =>
        NanMean(Tf.Square(x - NanMean(x, axes, keepDims: true)), axes, keepDims);

    /// <summary>A norm of vectors or matrices. Python: <c>numpy.linalg.norm</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="order">A number, "fro" or "nuc"; null: the Euclidean or Frobenius norm.</param>
    /// <param name="axes">One axis of vectors, two of matrices; null: all elements.</param>
    /// <param name="keepDims">Whether axes stay with size 1.</param>
    public static Tensor Norm(Tensor x, object? order, int[]? axes, bool keepDims) =>
        (order, axes?.Length ?? (order is null ? 1 : x.Rank)) switch
        {
            (null or "fro", _) or (2.0, 1) => Tf.Sqrt(Tf.ReduceSum(Tf.Square(x), axes, keepDims)),
            (double.PositiveInfinity, 1) => Tf.ReduceMax(Tf.Abs(x), axes, keepDims),
            (double.NegativeInfinity, 1) => Tf.ReduceMin(Tf.Abs(x), axes, keepDims),
            (0.0, 1) => Tf.ReduceSum(Tf.Cast(Tf.NotEqual(x, Tf.ZerosLike(x)), x.DType), axes, keepDims),
            (double p, 1) => Tf.Pow(Tf.ReduceSum(Tf.Pow(Tf.Abs(x), p), axes, keepDims), 1 / p),
            (double p, 2) => Tf.Norm(x, p, axes, keepDims),
            _ => throw new TfLbfgsException(
                $"Expected a norm of vectors, or of matrices by the order 1, 2, infinity or 'fro', received order {order}."),
        };

    /// <summary>Elements along a diagonal of the last two of moved axes.</summary>
    public static Tensor Diagonal(Tensor x, int offset, int axis1, int axis2) =>
        Tf.Linalg.DiagPart(MoveAxes(x, [axis1, axis2], [-2, -1]), offset);

    /// <summary>Moves axes to other places; the others keep their order.</summary>
    public static Tensor MoveAxes(Tensor x, int[] source, int[] destination)
    {
        int[] from = Axes(x, source), to = Axes(x, destination);
        List<int> order = [.. Enumerable.Range(0, x.Rank).Except(from)];
        foreach ((int target, int axis) in to.Zip(from).OrderBy(pair => pair.First))
            order.Insert(target, axis);
        return Tf.Transpose(x, [.. order]);
    }

    /// <summary>Axes counted from 0, sorted as given; null: all.</summary>
    public static int[] Axes(Tensor x, int[]? axes) => axes is null
        ? [.. Enumerable.Range(0, x.Rank)]
        : Array.ConvertAll(axes, axis => axis >= -x.Rank && axis < x.Rank
            ? (axis + x.Rank) % x.Rank
            : throw new TfLbfgsException($"Expected an axis from {-x.Rank} to {x.Rank - 1} for {x.Describe()}, received {axis}."));

    /// <summary>Elements of x at positions of the same shape but along one axis. Python: <c>numpy.take_along_axis</c>.</summary>
    public static Tensor TakeAlongAxis(Tensor x, Tensor indices, int axis)
    {
        int last = x.Rank - 1, at = Axes(x, [axis])[0];
        Tensor values = at == last ? x : MoveAxes(x, [at], [last]);
        Tensor places = at == last ? indices : MoveAxes(indices, [at], [last]);
        Tensor taken = last == 0 ? Tf.Gather(values, places, 0) : Tf.Gather(values, places, last, last);
        return at == last ? taken : MoveAxes(taken, [last], [at]);
    }

    /// <summary>A constant of a tensor's dtype.</summary>
    public static Tensor Constant(Tensor like, double value) => Tensor.Scalar(value, like.DType);
}
