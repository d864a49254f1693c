using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Masks that follow from the places of queries and keys.</summary>
internal static class AttentionMasks
{
    /// <summary>True where a key does not come after the query, [queries, keys].</summary>
    /// <param name="scores">A tensor whose last dimensions are queries and keys.</param>
    public static Tensor Causal(Tensor scores)
    {
        Tensor shape = RawOps.Shape(scores, DType.Int32);
        return Causal(shape[-2], shape[-1]);
    }

    /// <summary>True where a key does not come after the query, [queries, keys].</summary>
    public static Tensor Causal(Tensor queries, Tensor keys) => Tf.GreaterEqual(Places(queries, 1), Places(keys, 0));

    /// <summary>True where query and key are less than this many steps apart, [queries, keys].</summary>
    public static Tensor Window(Tensor queries, Tensor keys, int steps) => Tf.Abs(Places(queries, 1) - Places(keys, 0)) < steps;

    private static Tensor Places(Tensor count, int axis) => Tf.ExpandDims(RawOps.Range(Tensor.Scalar(0), count, Tensor.Scalar(1)), axis);
}
