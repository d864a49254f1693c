using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The softmax of those elements that a mask lets count, as both generations of Keras compute it.</summary>
internal static class MaskedSoftmax
{
    /// <summary>Computes it.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="mask">The mask, bool, which broadcasts against them; null: all count.</param>
    /// <param name="origin">Keras 2 adds a large negative number to elements that do not count; Keras 3 puts one in their place.</param>
    /// <param name="softmax">The softmax itself.</param>
    /// <param name="zeroes">Whether elements that do not count become 0 in Keras 3 even where none counts.</param>
    /// <returns>The result.</returns>
    public static Tensor Compute(Tensor x, Tensor? mask, KerasGeneration origin, Func<Tensor, Tensor> softmax, bool zeroes)
    {
        if (mask is null)
            return softmax(x);
        // float16 has no -1e9. Keras 2 takes half of its lowest number there.
        if (origin == KerasGeneration.Keras2)
            return softmax(x + ((1 - Tf.Cast(mask, x.DType)) * (x.DType == DType.Float16 ? -32752 : -1e9)));
        Tensor result = softmax(Tf.Where(mask, x, Tensor.Scalar(x.DType == DType.Float16 ? -3e4 : -1e9, x.DType)));
        return zeroes ? Tf.Where(mask, result, Tensor.Scalar(0, result.DType)) : result;
    }

    /// <summary>The softmax over one dimension, or over several together.</summary>
    public static Tensor Over(Tensor x, int[] axes) =>
        axes.Length == 1 ? Tf.NN.Softmax(x, axes[0]) : Tf.Exp(x - Tf.Math.ReduceLogSumExp(x, axes, keepDims: true));
}
