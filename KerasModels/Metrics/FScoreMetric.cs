using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The weighted harmonic mean of precision and recall of each class, or their average.</summary>
public abstract class FScoreMetric : Metric
{
    // Below this a largest prediction is none.
    private const double SmallestPrediction = 1e-9;

    private string? _average;
    private double? _threshold;

    private protected FScoreMetric(string? average, double? threshold)
    {
        _average = average;
        _threshold = threshold;
    }

    /// <summary>
    /// How the scores of the classes become one: <c>micro</c> (over all counts), <c>macro</c> (their mean), <c>weighted</c> (by the number
    /// of targets); null: they stay.
    /// </summary>
    public string? Average => _average;

    /// <summary>Predictions above it are positive; null: the largest of a sample is.</summary>
    public double? Threshold => _threshold;

    private protected abstract double BetaFactor { get; }

    /// <inheritdoc/>
    protected sealed override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        if (yTrue.Rank != 2 || yPred.Rank != 2 || yPred.Shape[1] < 0)
        {
            throw new TfLbfgsException(
                $"{Name}: expected targets and predictions of shape [batch, classes] with a known number of classes, received "
                + $"{yTrue.Shape} and {yPred.Shape}.");
        }

        yPred = Cast(yPred);
        Tensor target = Align(yTrue, yPred);
        Tensor isPositive = _threshold is { } threshold
            ? yPred > threshold
            : RawOps.LogicalAnd(
                RawOps.GreaterEqual(yPred, Tf.ReduceMax(yPred, -1, keepDims: true)), RawOps.Abs(yPred) > SmallestPrediction);
        Tensor predicted = Cast(isPositive);
        Tensor? weights = sampleWeight is null ? null : Losses.LossReduction.Fit(Name, sampleWeight, target);
        Shape shape = _average == "micro" ? Shape.Scalar : [yPred.Shape[1]];
        Add("true_positives", predicted * target);
        Add("false_positives", predicted * (1 - target));
        Add("false_negatives", (1 - predicted) * target);
        Add("intermediate_weights", target);

        void Add(string name, Tensor values)
        {
            Tensor weighted = weights is null ? values : values * weights;
            State(name, shape).AssignAdd(_average == "micro" ? Tf.ReduceSum(weighted) : Tf.ReduceSum(weighted, 0));
        }
    }

    /// <inheritdoc/>
    protected sealed override Tensor ComputeResult()
    {
        Tensor truePositives = StateValue("true_positives");
        Tensor precision = Divide(truePositives, truePositives + StateValue("false_positives"));
        Tensor recall = Divide(truePositives, truePositives + StateValue("false_negatives"));
        double square = BetaFactor * BetaFactor;
        Tensor score = Divide(precision * recall, (square * precision) + recall) * (1 + square);
        if (_average is null)
            return score;
        if (_average != "weighted")
            return Tf.ReduceMean(score);
        Tensor targets = StateValue("intermediate_weights");
        return Tf.ReduceSum(score * Divide(targets, Tf.ReduceSum(targets)));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.OptionalChoice("average", ref _average, "micro", "macro", "weighted");
        fields.OptionalNumber("threshold", ref _threshold, minimum: 0, maximum: 1);
        if (_threshold == 0)
            throw fields.Fail("expected threshold to be above 0, received 0.");
    }

    // Keras 3 adds epsilon to each divisor; Keras 2 makes 0 of a division by 0.
    private Tensor Divide(Tensor part, Tensor whole) =>
        Generation == KerasGeneration.Keras2 ? RawOps.DivNoNan(part, whole) : part / (whole + KerasConfig.Epsilon);
}
