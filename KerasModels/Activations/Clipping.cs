using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>Cuts values to an interval as Keras does.</summary>
internal static class Clipping
{
    /// <summary>Minimum, then maximum, as <c>tf.clip_by_value</c> computes it.</summary>
    public static Tensor Clip(Tensor x, double low, double high) =>
        RawOps.Maximum(RawOps.Minimum(x, Tensor.Scalar(high, x.DType)), Tensor.Scalar(low, x.DType));
}
