using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>How often the target is among the k classes with the largest predictions.</summary>
public abstract class TopKMetric : SampleMetric
{
    private int _k;

    private protected TopKMetric(int k)
    {
        _k = k;
        CheckFields();
    }

    /// <summary>How many classes are taken.</summary>
    public int K => _k;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("k", ref _k, minimum: 1);
    }

    /// <summary>
    /// 1 where fewer than k classes have a larger prediction than the target, else 0. As in <c>tf.math.in_top_k</c>, ties count for the
    /// target, and rows with an infinity or NaN, or with a target that is no class, against it.
    /// </summary>
    private protected Tensor IsInTopK(Tensor classes, Tensor yPred)
    {
        Tensor isTarget = ClassNumbers.IsClass(classes, yPred);
        Tensor ofTarget = Tf.ReduceSum(RawOps.SelectV2(isTarget, yPred, RawOps.ZerosLike(yPred)), -1, keepDims: true);
        Tensor larger = Tf.ReduceSum(Cast(RawOps.Greater(yPred, ofTarget)), -1);
        Tensor isKnown = RawOps.LogicalAnd(Tf.ReduceAny(isTarget, -1), Tf.ReduceAll(RawOps.IsFinite(yPred), -1));
        return Cast(RawOps.LogicalAnd(larger < K, isKnown));
    }
}
