using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The share of true positives among other positives, at thresholds or among the k largest predictions.</summary>
public abstract class PrecisionRecallMetric : ConfusionMetric
{
    private double[]? _thresholds;
    private int? _topK;
    private int? _classId;

    private protected PrecisionRecallMetric(IReadOnlyList<double>? thresholds, int? topK, int? classId)
    {
        _thresholds = thresholds is { Count: > 0 } ? [.. thresholds] : null;
        _topK = topK;
        _classId = classId;
        CheckFields();
    }

    /// <summary>How many of the largest predictions of a sample count as positive; null: all above the thresholds.</summary>
    public int? TopK => _topK;

    /// <summary>The class that is measured; null: all.</summary>
    public int? ClassId => _classId;

    private protected abstract string Others { get; }

    private protected sealed override IReadOnlyList<string> Counts => [TruePositivesName, Others];

    /// <inheritdoc/>
    protected sealed override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight) =>
        Count(yTrue, yPred, sampleWeight, _topK, _classId);

    /// <inheritdoc/>
    protected sealed override Tensor ComputeResult() => OnePerThreshold(Ratio(TruePositivesName, Others));

    /// <inheritdoc/>
    protected internal sealed override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        ThresholdField.Describe(fields, ref _thresholds);
        fields.OptionalInteger("top_k", ref _topK, minimum: 1);
        fields.OptionalInteger("class_id", ref _classId, minimum: 0);
    }

    private protected sealed override Thresholds CreateThresholds() =>
        Thresholds.Of(_thresholds, _topK is null ? 0.5 : Thresholds.BelowAll);
}
