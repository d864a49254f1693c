using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The largest value that one measure has at a threshold where another one is at least what is demanded.</summary>
public abstract class SensitivitySpecificityMetric : ConfusionMetric
{
    private readonly string _field;
    private double _demanded;
    private int _thresholdCount;
    private int? _classId;

    private protected SensitivitySpecificityMetric(string field, double demanded, int thresholdCount, int? classId)
    {
        _field = field;
        _demanded = demanded;
        _thresholdCount = thresholdCount;
        _classId = classId;
        CheckFields();
    }

    /// <summary>How many thresholds are tried.</summary>
    public int ThresholdCount => _thresholdCount;

    /// <summary>The class that is measured; null: all.</summary>
    public int? ClassId => _classId;

    private protected double Demanded => _demanded;

    private protected sealed override IReadOnlyList<string> Counts =>
        [TruePositivesName, FalsePositivesName, TrueNegativesName, FalseNegativesName];

    private protected Tensor Sensitivity => Ratio(TruePositivesName, FalseNegativesName);

    private protected Tensor Specificity => Ratio(TrueNegativesName, FalsePositivesName);

    private protected Tensor Precision => Ratio(TruePositivesName, FalsePositivesName);

    private protected abstract (Tensor Constrained, Tensor Measured) Curves { get; }

    /// <inheritdoc/>
    protected sealed override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight) =>
        Count(yTrue, yPred, sampleWeight, topK: null, _classId);

    /// <inheritdoc/>
    protected sealed override Tensor ComputeResult()
    {
        (Tensor constrained, Tensor measured) = Curves;
        // Keras 3 rounds it to float32, for any dtype.
        double demanded = Generation == KerasGeneration.Keras3 ? (float)_demanded : _demanded;
        return Tf.ReduceMax(RawOps.SelectV2(constrained >= demanded, measured, RawOps.ZerosLike(measured)), 0);
    }

    /// <inheritdoc/>
    protected internal sealed override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number(_field, ref _demanded, minimum: 0, maximum: 1, required: true);
        fields.Integer("num_thresholds", ref _thresholdCount, minimum: 1);
        fields.OptionalInteger("class_id", ref _classId, minimum: 0);
    }

    private protected sealed override Thresholds CreateThresholds() => Thresholds.Even(_thresholdCount);
}
