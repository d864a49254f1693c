using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>
/// What Keras calls sparsemax, over the last axis: it sums the cumulative sums of the support where the paper (Martins and Astudillo 2016)
/// takes the last one, so the result need not sum to 1. Python:
/// <c>tf.keras.activations.sparsemax</c>.
/// </summary>
[KerasName("sparsemax", Generation = KerasGeneration.Keras3)]
public sealed class SparsemaxActivation : ActivationFunction
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        long size = input.Shape[-1];
        if (size < 0)
            throw new TfLbfgsException(
                $"Activation 'sparsemax': expected a known size of the last dimension, received shape {input.Shape}.");
        Tensor last = Tensor.Scalar(-1);
        Tensor sorted = SortedDescending(input, size);
        Tensor sums = RawOps.Cumsum(sorted, last);
        Tensor ranks = HostArrays.ToTensor([.. Enumerable.Range(1, (int)size).Select(i => (double)i)], input.DType, [size]);
        Tensor support = sorted - ((sums - 1) / ranks) > 0;
        Tensor zero = Tensor.Scalar(0, input.DType);
        Tensor count = RawOps.Sum(RawOps.Cast(support, input.DType), last, keepDims: true);
        Tensor tau = (RawOps.Sum(RawOps.SelectV2(support, sums, zero), last, keepDims: true) - 1) / count;
        return RawOps.Maximum(input - tau, zero);
    }

    // Gathered by the sorted positions, so that the derivative is that of a gather.
    private static Tensor SortedDescending(Tensor x, long size)
    {
        Tensor rows = RawOps.Reshape(x, Tensor.From<long>([-1, size]));
        Tensor order = RawOps.TopKV2(RawOps.StopGradient(rows), Tensor.Scalar((int)size)).Indices;
        Tensor first = RawOps.Range(Tensor.Scalar(0), RawOps.Shape(order)[0], Tensor.Scalar(1)) * size;
        Tensor sorted =
            RawOps.GatherV2(RawOps.Reshape(x, Tensor.From<long>([-1])), order + RawOps.ExpandDims(first, Tensor.Scalar(-1)),
            Tensor.Scalar(0));
        return RawOps.Reshape(sorted, RawOps.Shape(x));
    }
}
