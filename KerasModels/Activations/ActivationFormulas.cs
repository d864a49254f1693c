using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>
/// The activations that are more than one op. Each is computed as Keras does, so that infinities, NaN and the gradients at kinks agree too. They run inside a scope of the caller.
/// </summary>
internal static class ActivationFormulas
{
    public static Tensor Relu(Tensor x, double slope, double? maximum, double threshold, KerasGeneration generation)
    {
        if (slope != 0 && maximum is null && threshold == 0)
            return RawOps.LeakyRelu(x, (float)slope);
        Tensor? negative = slope == 0 ? null : RawOps.Relu(threshold == 0 ? -x : -x + threshold);
        Tensor result;
        if (threshold != 0)
        {
            // Keras 2 multiplies by 0, which makes NaN of -inf; Keras 3 selects.
            result = generation == KerasGeneration.Keras2
                ? x * RawOps.Cast(x > threshold, x.DType)
                : RawOps.SelectV2(x > threshold, x, Tensor.Scalar(0, x.DType));
        }
        else
        {
            result = maximum == 6 ? RawOps.Relu6(x) : RawOps.Relu(x);
        }

        if (maximum is { } top && !(threshold == 0 && top == 6))
            result = Clip(result, 0, top);
        return negative is null ? result : result - (negative * slope);
    }

    public static Tensor Elu(Tensor x, double alpha)
    {
        Tensor elu = RawOps.Elu(x);
        return alpha == 1 ? elu : RawOps.SelectV2(x > 0, elu, elu * alpha);
    }

    // tf.nn.gelu rounds these two constants to float32, whatever the dtype; so models have been trained with them.
    public static Tensor Gelu(Tensor x) => 0.5 * x * RawOps.Erfc(-x * (float)0.7071067811865476);

    public static Tensor GeluByTanh(Tensor x) =>
        0.5 * x * (1.0 + RawOps.Tanh(0.7978845608028654 * (x + ((float)0.044715 * RawOps.Pow(x, Tensor.Scalar(3, x.DType))))));

    public static Tensor Silu(Tensor x) => x * RawOps.Sigmoid(x);

    public static Tensor Mish(Tensor x) => x * RawOps.Tanh(RawOps.Softplus(x));

    public static Tensor HardSigmoid2(Tensor x) => Clip((x * 0.2) + 0.5, 0, 1);

    public static Tensor HardSigmoid3(Tensor x) => RawOps.Relu6(x + 3) / 6;

    public static Tensor HardSilu(Tensor x) => x * HardSigmoid3(x);

    public static Tensor HardTanh(Tensor x) => Clip(x, -1, 1);

    public static Tensor Celu(Tensor x, double alpha)
    {
        Tensor zero = Tensor.Scalar(0, x.DType);
        return RawOps.Maximum(x, zero) + (alpha * RawOps.Expm1(RawOps.Minimum(x, zero) / alpha));
    }

    public static Tensor LogSigmoid(Tensor x) => -RawOps.Softplus(-x);

    public static Tensor SoftShrink(Tensor x, double threshold) =>
        RawOps.SelectV2(x > threshold, x - threshold, RawOps.SelectV2(x < -threshold, x + threshold, RawOps.ZerosLike(x)));

    public static Tensor HardShrink(Tensor x, double threshold) => RawOps.SelectV2(RawOps.Abs(x) > threshold, x, RawOps.ZerosLike(x));

    public static Tensor TanhShrink(Tensor x) => x - RawOps.Tanh(x);

    public static Tensor Squareplus(Tensor x, double b) => (x + RawOps.Sqrt(RawOps.Square(x) + b)) / 2;

    public static Tensor Glu(Tensor x, double axis)
    {
        int dimension = (int)axis;
        if (x.Shape[dimension] % 2 != 0)
            throw new TfLbfgsException($"Activation 'glu': expected an even size in dimension {dimension}, received shape {x.Shape}.");
        Tensor[] halves = RawOps.Split(Tensor.Scalar(dimension, Runtime.DType.Int32), x, 2);
        return halves[0] * RawOps.Sigmoid(halves[1]);
    }

    public static Tensor SparsePlus(Tensor x) => RawOps.SelectV2(
        x <= -1, RawOps.ZerosLike(x), RawOps.SelectV2(x < 1, 0.25 * RawOps.Pow(x + 1, Tensor.Scalar(2, x.DType)), x));

    public static Tensor SparseSigmoid(Tensor x) => RawOps.SelectV2(
        x <= -1, Tensor.Scalar(0, x.DType), RawOps.SelectV2(x >= 1, Tensor.Scalar(1, x.DType), 0.5 * (x + 1)));

    /// <summary>
    /// What Keras calls sparsemax, over the last axis: it sums the cumulative sums of the support where the paper (Martins and Astudillo 2016) takes the last one, so the result need not sum to 1.
    /// </summary>
    public static Tensor Sparsemax(Tensor x)
    {
        long size = x.Shape[-1];
        if (size < 0)
            throw new TfLbfgsException($"Activation 'sparsemax': expected a known size of the last dimension, received shape {x.Shape}.");
        Tensor last = Tensor.Scalar(-1);
        Tensor sorted = SortedDescending(x, size);
        Tensor sums = RawOps.Cumsum(sorted, last);
        Tensor ranks = HostArrays.ToTensor([.. Enumerable.Range(1, (int)size).Select(i => (double)i)], x.DType, [size]);
        Tensor support = sorted - ((sums - 1) / ranks) > 0;
        Tensor zero = Tensor.Scalar(0, x.DType);
        Tensor count = RawOps.Sum(RawOps.Cast(support, x.DType), last, keepDims: true);
        Tensor tau = (RawOps.Sum(RawOps.SelectV2(support, sums, zero), last, keepDims: true) - 1) / count;
        return RawOps.Maximum(x - tau, zero);
    }

    // Gathered by the sorted positions, so that the derivative is that of a gather.
    private static Tensor SortedDescending(Tensor x, long size)
    {
        Tensor rows = RawOps.Reshape(x, Tensor.From<long>([-1, size]));
        Tensor order = RawOps.TopKV2(RawOps.StopGradient(rows), Tensor.Scalar((int)size)).Indices;
        Tensor first = RawOps.Range(Tensor.Scalar(0), RawOps.Shape(order)[0], Tensor.Scalar(1)) * size;
        Tensor sorted = RawOps.GatherV2(RawOps.Reshape(x, Tensor.From<long>([-1])), order + RawOps.ExpandDims(first, Tensor.Scalar(-1)), Tensor.Scalar(0));
        return RawOps.Reshape(sorted, RawOps.Shape(x));
    }

    /// <summary>Minimum, then maximum, as <c>tf.clip_by_value</c> computes it.</summary>
    public static Tensor Clip(Tensor x, double low, double high) =>
        RawOps.Maximum(RawOps.Minimum(x, Tensor.Scalar(high, x.DType)), Tensor.Scalar(low, x.DType));
}
