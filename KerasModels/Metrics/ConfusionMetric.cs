using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>A measure of true and false positives and negatives at thresholds.</summary>
public abstract class ConfusionMetric : Metric
{
    private protected const string TruePositivesName = "true_positives", FalsePositivesName = "false_positives";
    private protected const string TrueNegativesName = "true_negatives", FalseNegativesName = "false_negatives";

    private Thresholds? _thresholds;

    private protected ConfusionMetric()
    {
    }

    /// <summary>The thresholds, made when they are needed, since a configuration may change the fields of a new object.</summary>
    private protected Thresholds UsedThresholds => _thresholds ??= CreateThresholds();

    /// <summary>Which counts the state has, in the order of Keras.</summary>
    private protected abstract IReadOnlyList<string> Counts { get; }

    /// <summary>The shape of a count.</summary>
    private protected virtual Shape CountShape => [UsedThresholds.Count];

    private protected abstract Thresholds CreateThresholds();

    /// <summary>Adds the counts of a batch.</summary>
    private protected void Count(
        Tensor yTrue, Tensor yPred, Tensor? sampleWeight, int? topK, int? classId, bool byLabel = false, Tensor? labelWeights = null)
    {
        yPred = Cast(yPred);
        Tensor target = Align(yTrue, yPred);
        if (topK is { } k)
            yPred = KeepLargest(yPred, k);
        if (classId is { } id)
        {
            if (yPred.Rank < 2 || (yPred.Shape[-1] >= 0 && id >= yPred.Shape[-1]))
            {
                throw new TfLbfgsException(
                    $"{Name}: expected predictions with a last dimension of more than {id} classes, since the class id is {id}, "
                    + $"received shape {yPred.Shape}.");
            }

            (target, yPred) = (target[TensorIndex.Ellipsis, id..(id + 1)], yPred[TensorIndex.Ellipsis, id..(id + 1)]);
        }

        Tensor? weights = sampleWeight is null ? null : LossReduction.Fit(Name, sampleWeight, yPred);
        if (labelWeights is not null)
            weights = weights is null ? labelWeights : weights * labelWeights;
        ConfusionCounts counts = ConfusionCounts.Of(target, yPred, UsedThresholds, weights, byLabel);
        foreach (string name in Counts)
        {
            State(name, CountShape).AssignAdd(name switch
            {
                TruePositivesName => counts.TruePositives,
                FalsePositivesName => counts.FalsePositives,
                TrueNegativesName => counts.TrueNegatives,
                FalseNegativesName => counts.FalseNegatives,
                _ => Single(counts),
            });
        }
    }

    /// <summary>The count of a metric that has one.</summary>
    private protected virtual Tensor Single(ConfusionCounts counts) => counts.TruePositives;

    private protected Tensor CountOf(string name) => State(name, CountShape).Value;

    private protected Tensor Ratio(string part, string other)
    {
        Tensor count = CountOf(part);
        return RawOps.DivNoNan(count, count + CountOf(other));
    }

    /// <summary>A number where there is one threshold, else one for each.</summary>
    private protected Tensor OnePerThreshold(Tensor values) => UsedThresholds.Count == 1 ? values[0] : values;

    /// <summary>The k largest predictions of the last axis; the others become smaller than every threshold.</summary>
    private static Tensor KeepLargest(Tensor yPred, int k)
    {
        Tensor isLargest = Tf.ReduceAny(ClassNumbers.IsClass(RawOps.TopKV2(yPred, Tensor.Scalar(k)).Indices, yPred), -2);
        return RawOps.SelectV2(isLargest, yPred, Tensor.Scalar(Thresholds.BelowAll, yPred.DType));
    }
}
