using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The weight of one kind of right or wrong predictions at thresholds.</summary>
public abstract class ConfusionCountMetric : ConfusionMetric
{
    private double[]? _thresholds;

    private protected ConfusionCountMetric(IReadOnlyList<double>? thresholds)
    {
        _thresholds = thresholds is { Count: > 0 } ? [.. thresholds] : null;
        CheckFields();
    }

    private protected sealed override IReadOnlyList<string> Counts => ["accumulator"];

    /// <inheritdoc/>
    protected sealed override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight) =>
        Count(yTrue, yPred, sampleWeight, topK: null, classId: null);

    /// <inheritdoc/>
    protected sealed override Tensor ComputeResult() => RawOps.Identity(OnePerThreshold(CountOf("accumulator")));

    /// <inheritdoc/>
    protected internal sealed override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        ThresholdField.Describe(fields, ref _thresholds);
    }

    private protected sealed override Thresholds CreateThresholds() => Thresholds.Of(_thresholds, 0.5);

    private protected abstract override Tensor Single(ConfusionCounts counts);
}
