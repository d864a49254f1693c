using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// (1 - p^q) / q, where p is the predicted probability of the target's class: between cross-entropy (q near 0) and absolute error (q near
/// 1), for labels that may be wrong (Zhang and Sabuncu 2018). Targets are class
/// numbers, [batch, ...] or [batch, ..., 1]. Python: <c>keras.losses.CategoricalGeneralizedCrossEntropy</c>.
/// </summary>
[KerasName("CategoricalGeneralizedCrossEntropy", Generation = KerasGeneration.Keras3)]
public sealed class CategoricalGeneralizedCrossEntropy : Loss
{
    private double _q;

    /// <summary>Creates a loss.</summary>
    /// <param name="q">The exponent, above 0 and below 1; default 0.5.</param>
    /// <exception cref="TfLbfgsException">q is not between 0 and 1.</exception>
    public CategoricalGeneralizedCrossEntropy(double q = 0.5)
    {
        _q = q;
        CheckFields();
    }

    /// <summary>The exponent.</summary>
    public double Q => _q;

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor classes = ClassNumbers.Of(Name, yTrue, yPred, yPred.Rank - 1);
        Tensor isTarget = ClassNumbers.IsClass(classes, yPred);
        // Selected, not multiplied: the infinite slope at 0 must not spread to the other classes.
        Tensor probability = Tf.ReduceSum(RawOps.SelectV2(isTarget, yPred, RawOps.ZerosLike(yPred)), -1);
        Tensor isPositive = probability > 0;
        Tensor power = Tf.Pow(RawOps.SelectV2(isPositive, probability, RawOps.OnesLike(probability)), _q);
        power = RawOps.SelectV2(isPositive, power, RawOps.ZerosLike(probability));
        return (1 - power) / _q;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("q", ref _q, positive: true);
        if (_q >= 1)
            throw fields.Fail(FormattableString.Invariant($"expected q to be below 1, received {_q}."));
    }
}
