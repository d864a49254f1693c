using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>Vectors of length 1.</summary>
internal static class UnitVectors
{
    // The squared lengths below which a vector keeps its smallness: those of tf.math.l2_normalize, and of keras.ops.normalize.
    private const double SmallestSquareOfKeras2 = 1e-12, SmallestSquareOfKeras3 = KerasConfig.Epsilon * KerasConfig.Epsilon;

    /// <summary>The vectors of an axis divided by their length, inside a scope of the caller.</summary>
    public static Tensor Of(Tensor x, int axis, KerasGeneration generation)
    {
        double smallest = generation == KerasGeneration.Keras2 ? SmallestSquareOfKeras2 : SmallestSquareOfKeras3;
        return x * RawOps.Rsqrt(Tf.Maximum(Tf.ReduceSum(RawOps.Square(x), axis, keepDims: true), smallest));
    }
}
