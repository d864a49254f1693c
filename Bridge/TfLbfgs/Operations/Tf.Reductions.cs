using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Reductions. Axes may be negative; null means all of them.</content>
public static partial class Tf
{
    /// <summary>The sum. Python: <c>tf.reduce_sum</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The dimensions; null: all.</param>
    /// <param name="keepDims">Whether they stay, with size 1.</param>
    /// <returns>The sums.</returns>
    public static Tensor ReduceSum(Tensor x, int[]? axes = null, bool keepDims = false) => Reduce(RawOps.Sum, x, axes, keepDims);

    /// <inheritdoc cref="ReduceSum(Tensor, int[], bool)"/>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="keepDims">Whether it stays, with size 1.</param>
    public static Tensor ReduceSum(Tensor x, int axis, bool keepDims = false) => Reduce(RawOps.Sum, x, [axis], keepDims);

    /// <summary>The mean. Python: <c>tf.reduce_mean</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The dimensions; null: all.</param>
    /// <param name="keepDims">Whether they stay, with size 1.</param>
    /// <returns>The means; integers are divided as integers.</returns>
    public static Tensor ReduceMean(Tensor x, int[]? axes = null, bool keepDims = false) => Reduce(RawOps.Mean, x, axes, keepDims);

    /// <inheritdoc cref="ReduceMean(Tensor, int[], bool)"/>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="keepDims">Whether it stays, with size 1.</param>
    public static Tensor ReduceMean(Tensor x, int axis, bool keepDims = false) => Reduce(RawOps.Mean, x, [axis], keepDims);

    /// <summary>The largest element. Python: <c>tf.reduce_max</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The dimensions; null: all.</param>
    /// <param name="keepDims">Whether they stay, with size 1.</param>
    /// <returns>The maxima.</returns>
    public static Tensor ReduceMax(Tensor x, int[]? axes = null, bool keepDims = false) => Reduce(RawOps.Max, x, axes, keepDims);

    /// <inheritdoc cref="ReduceMax(Tensor, int[], bool)"/>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="keepDims">Whether it stays, with size 1.</param>
    public static Tensor ReduceMax(Tensor x, int axis, bool keepDims = false) => Reduce(RawOps.Max, x, [axis], keepDims);

    /// <summary>The smallest element. Python: <c>tf.reduce_min</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The dimensions; null: all.</param>
    /// <param name="keepDims">Whether they stay, with size 1.</param>
    /// <returns>The minima.</returns>
    public static Tensor ReduceMin(Tensor x, int[]? axes = null, bool keepDims = false) => Reduce(RawOps.Min, x, axes, keepDims);

    /// <inheritdoc cref="ReduceMin(Tensor, int[], bool)"/>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="keepDims">Whether it stays, with size 1.</param>
    public static Tensor ReduceMin(Tensor x, int axis, bool keepDims = false) => Reduce(RawOps.Min, x, [axis], keepDims);

    /// <summary>The product. Python: <c>tf.reduce_prod</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The dimensions; null: all.</param>
    /// <param name="keepDims">Whether they stay, with size 1.</param>
    /// <returns>The products.</returns>
    public static Tensor ReduceProd(Tensor x, int[]? axes = null, bool keepDims = false) => Reduce(RawOps.Prod, x, axes, keepDims);

    /// <inheritdoc cref="ReduceProd(Tensor, int[], bool)"/>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="keepDims">Whether it stays, with size 1.</param>
    public static Tensor ReduceProd(Tensor x, int axis, bool keepDims = false) => Reduce(RawOps.Prod, x, [axis], keepDims);

    /// <summary>Whether all elements are true. Python: <c>tf.reduce_all</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The dimensions; null: all.</param>
    /// <param name="keepDims">Whether they stay, with size 1.</param>
    /// <returns>The truth values.</returns>
    public static Tensor ReduceAll(Tensor x, int[]? axes = null, bool keepDims = false) => Reduce(RawOps.All, x, axes, keepDims);

    /// <inheritdoc cref="ReduceAll(Tensor, int[], bool)"/>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="keepDims">Whether it stays, with size 1.</param>
    public static Tensor ReduceAll(Tensor x, int axis, bool keepDims = false) => Reduce(RawOps.All, x, [axis], keepDims);

    /// <summary>Whether any element is true. Python: <c>tf.reduce_any</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The dimensions; null: all.</param>
    /// <param name="keepDims">Whether they stay, with size 1.</param>
    /// <returns>The truth values.</returns>
    public static Tensor ReduceAny(Tensor x, int[]? axes = null, bool keepDims = false) => Reduce(RawOps.Any, x, axes, keepDims);

    /// <inheritdoc cref="ReduceAny(Tensor, int[], bool)"/>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="keepDims">Whether it stays, with size 1.</param>
    public static Tensor ReduceAny(Tensor x, int axis, bool keepDims = false) => Reduce(RawOps.Any, x, [axis], keepDims);

    /// <summary>log(Σ eˣ), without overflow. Python: <c>tf.reduce_logsumexp</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The dimensions; null: all.</param>
    /// <param name="keepDims">Whether they stay, with size 1.</param>
    /// <returns>The logarithms.</returns>
    public static Tensor ReduceLogSumExp(Tensor x, int[]? axes = null, bool keepDims = false) => Scoped(() =>
    {
        Tensor maximum = ReduceMax(x, axes, keepDims: true);
        // An infinite maximum would make a difference of infinities.
        Tensor shift = RawOps.StopGradient(RawOps.SelectV2(RawOps.IsFinite(maximum), maximum, RawOps.ZerosLike(maximum)));
        Tensor sum = RawOps.Log(ReduceSum(RawOps.Exp(x - shift), axes, keepDims));
        return sum + (keepDims ? shift : RawOps.Reshape(shift, RawOps.Shape(sum)));
    });

    /// <inheritdoc cref="ReduceLogSumExp(Tensor, int[], bool)"/>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="keepDims">Whether it stays, with size 1.</param>
    public static Tensor ReduceLogSumExp(Tensor x, int axis, bool keepDims = false) => ReduceLogSumExp(x, [axis], keepDims);

    /// <summary>The index of the largest element along a dimension, the first of equals. Python: <c>tf.argmax</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension; default the first.</param>
    /// <param name="outputType">Int64, the default, or Int32.</param>
    /// <returns>The indices.</returns>
    public static Tensor ArgMax(Tensor x, int axis = 0, DType outputType = DType.Int64)
    {
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.ArgMax(x, at, outputType);
    }

    /// <summary>The index of the smallest element along a dimension, the first of equals. Python: <c>tf.argmin</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension; default the first.</param>
    /// <param name="outputType">Int64, the default, or Int32.</param>
    /// <returns>The indices.</returns>
    public static Tensor ArgMin(Tensor x, int axis = 0, DType outputType = DType.Int64)
    {
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.ArgMin(x, at, outputType);
    }

    /// <summary>The sum of any number of tensors of one shape. Python: <c>tf.add_n</c>.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <returns>The sum.</returns>
    public static Tensor AddN(params IReadOnlyList<Tensor> tensors) => RawOps.AddN(tensors);

    /// <summary>Running sums along a dimension. Python: <c>tf.cumsum</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The dimension; default the first.</param>
    /// <param name="exclusive">Whether each sum leaves its own element out.</param>
    /// <param name="reverse">Whether to sum from the end.</param>
    /// <returns>The sums.</returns>
    public static Tensor CumSum(Tensor x, int axis = 0, bool exclusive = false, bool reverse = false)
    {
        using Tensor at = Tensor.Scalar(axis, DType.Int32, register: false);
        return RawOps.Cumsum(x, at, exclusive, reverse);
    }

    private static Tensor PowerOf(Tensor x, double exponent) => RawOps.Pow(x, Tensor.Scalar(exponent, x.DType));

    /// <summary>The absolute value, real also for complex numbers.</summary>
    private static Tensor Modulus(Tensor x) => x.DType.IsComplex ? RawOps.ComplexAbs(x, RealOf(x.DType)) : RawOps.Abs(x);

    private static DType RealOf(DType dtype) => dtype switch
    {
        DType.Complex64 => DType.Float32,
        DType.Complex128 => DType.Float64,
        _ => dtype,
    };

    private static Tensor Reduce(Func<Tensor, Tensor, bool, Tensor> op, Tensor x, int[]? axes, bool keepDims)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (axes is null && x.Rank < 0)
            return Scoped(() => op(x, RawOps.Range(Tensor.Scalar(0), RawOps.Rank(x), Tensor.Scalar(1)), keepDims));
        using Tensor at = Tensor.Vector(axes is null ? [.. Enumerable.Range(0, x.Rank).Select(i => (long)i)] : Widen(axes));
        return op(x, at, keepDims);
    }
}
