using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Tensors shortened to a norm.</content>
public static partial class Tf
{
    /// <summary>Each element, no smaller than one tensor and no larger than another. Python: <c>tf.clip_by_value</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="minimum">The lower bounds, which broadcast.</param>
    /// <param name="maximum">The upper bounds, which broadcast.</param>
    /// <returns>The result, of the tensor's shape.</returns>
    public static Tensor ClipByValue(Tensor x, Tensor minimum, Tensor maximum) =>
        Scoped(() => RawOps.Maximum(RawOps.Minimum(x, maximum), minimum));

    /// <summary>The tensor, shortened to a Euclidean norm where it is longer. Python: <c>tf.clip_by_norm</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="norm">The largest norm.</param>
    /// <param name="axes">The dimensions over which it is taken; null: all.</param>
    /// <returns>The result, of the tensor's shape; gradients at zero are zero.</returns>
    public static Tensor ClipByNorm(Tensor x, double norm, int[]? axes = null) => Scoped(() =>
    {
        Tensor sum = ReduceSum(RawOps.Square(x), axes, keepDims: true);
        Tensor positive = sum > 0;
        // The root of zero has no gradient: its operand is replaced before, and its result after.
        Tensor root = RawOps.Sqrt(RawOps.SelectV2(positive, sum, RawOps.OnesLike(sum)));
        Tensor length = RawOps.SelectV2(positive, root, sum);
        return x * norm / Maximum(length, norm);
    });

    /// <summary>
    /// Several tensors, shortened by one factor to a common norm where they are longer. Python: <c>tf.clip_by_global_norm</c>.
    /// </summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="norm">The largest norm.</param>
    /// <param name="useNorm">The common norm if it is known; null: it is computed.</param>
    /// <returns>The tensors, and their common norm before, shape []. All are NaN where that is not finite.</returns>
    public static (Tensor[] Clipped, Tensor GlobalNorm) ClipByGlobalNorm(IReadOnlyList<Tensor> tensors, double norm, Tensor? useNorm = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        using TensorScope scope = new();
        Tensor length = useNorm ?? Linalg.GlobalNorm(tensors);
        Tensor inverse = RawOps.Reciprocal(length);
        Tensor scale = Minimum(inverse, 1 / norm) * norm;
        // A norm that is not finite makes everything NaN rather than zero.
        Tensor factor = scale + (length - length);
        Tensor[] clipped = [.. tensors.Select(tensor => scope.Keep(tensor * Cast(factor, tensor.DType)))];
        return (clipped, scope.Keep(useNorm is null ? length : RawOps.Identity(length)));
    }
}
