using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// 1 - TP / (TP + alpha FN + beta FP), for segmentation; Dice is alpha = beta = 0.5 (Salehi et al. 2017). The weights are those of Keras up
/// to 3.15, whose documentation has them the other way round.
/// Python: <c>keras.losses.Tversky</c>.
/// </summary>
[KerasName("Tversky", Generation = KerasGeneration.Keras3)]
public sealed class Tversky : Loss
{
    private double _alpha;
    private double _beta;
    private int[]? _axes;

    /// <summary>Creates a loss.</summary>
    /// <param name="alpha">The weight of false negatives, at least 0; default 0.5.</param>
    /// <param name="beta">The weight of false positives, at least 0; default 0.5.</param>
    /// <param name="axes">The axes over which the areas are summed; null (default): all, which gives one loss for the batch.</param>
    /// <exception cref="TfLbfgsException">A weight is negative.</exception>
    public Tversky(double alpha = 0.5, double beta = 0.5, int[]? axes = null)
    {
        _alpha = alpha;
        _beta = beta;
        _axes = axes;
        CheckFields();
    }

    /// <summary>The weight of false negatives.</summary>
    public double Alpha => _alpha;

    /// <summary>The weight of false positives.</summary>
    public double Beta => _beta;

    /// <summary>The axes over which the areas are summed; null: all.</summary>
    public IReadOnlyList<int>? Axes => _axes;

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor target = Align(yTrue, yPred);
        Tensor common = Tf.ReduceSum(target * yPred, _axes);
        Tensor falsePositives = Tf.ReduceSum((1 - target) * yPred, _axes), falseNegatives = Tf.ReduceSum(target * (1 - yPred), _axes);
        return 1 - (common / (common + (falseNegatives * _alpha) + (falsePositives * _beta) + KerasConfig.Epsilon));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("alpha", ref _alpha, minimum: 0);
        fields.Number("beta", ref _beta, minimum: 0);
        fields.OptionalIntegers("axis", ref _axes);
    }
}
