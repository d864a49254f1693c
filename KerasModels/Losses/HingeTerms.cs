using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>What the hinge losses share.</summary>
internal static class HingeTerms
{
    /// <summary>max(1 - target prediction, 0), where targets that are all 0 or 1 become -1 and 1. Inside a scope of the caller.</summary>
    public static Tensor Of(Tensor target, Tensor yPred)
    {
        Tensor isZero = RawOps.Equal(target, RawOps.ZerosLike(target)), isOne = RawOps.Equal(target, RawOps.OnesLike(target));
        Tensor isBinary = Tf.ReduceAll(RawOps.LogicalOr(isZero, isOne));
        return Tf.Maximum(1 - (RawOps.SelectV2(isBinary, (2 * target) - 1, target) * yPred), 0);
    }
}
