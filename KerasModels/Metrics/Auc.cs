using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The area under a curve of two measures over all thresholds, approximated by sums. Python: <c>tf.keras.metrics.AUC</c>.
/// </summary>
[KerasName("AUC")]
public sealed class Auc : ConfusionMetric
{
    private int _thresholdCount;
    private double[]? _thresholds;
    private string _curve;
    private string _summationMethod;
    private bool _isMultiLabel;
    private int? _labelCount;
    private double[]? _labelWeights;
    private bool _fromLogits;

    /// <summary>Creates a metric.</summary>
    /// <param name="thresholdCount">How many thresholds from 0 to 1 there are, at least 2; default 200.</param>
    /// <param name="curve"><c>ROC</c> (default: true positives over false positives), <c>PR</c> (precision over recall) or, of Keras 3,
    /// <c>PRGAIN</c> (Flach and Kull 2015).</param>
    /// <param name="summationMethod"><c>interpolation</c> (default), <c>minoring</c> or <c>majoring</c>: what the heights between
    /// thresholds are.</param>
    /// <param name="thresholds">The thresholds between 0 and 1; null (default): evenly divided.</param>
    /// <param name="multiLabel">Whether each label of the last axis has its own curve, whose areas are averaged; default: all elements make
    /// one.</param>
    /// <param name="labelCount">How many labels there are; null (default): as the first batch has.</param>
    /// <param name="labelWeights">The weight of each label; null (default): 1.</param>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <exception cref="TfLbfgsException">An argument is not within its bounds.</exception>
    public Auc(
        int thresholdCount = 200, string curve = "ROC", string summationMethod = "interpolation", IReadOnlyList<double>? thresholds = null,
        bool multiLabel = false, int? labelCount = null, IReadOnlyList<double>? labelWeights = null, bool fromLogits = false)
    {
        _thresholds = thresholds is null ? null : [.. thresholds.Order()];
        _thresholdCount = thresholds is null ? thresholdCount : thresholds.Count + 2;
        _curve = curve;
        _summationMethod = summationMethod;
        _isMultiLabel = multiLabel;
        _labelCount = labelCount;
        _labelWeights = labelWeights is null ? null : [.. labelWeights];
        _fromLogits = fromLogits;
        CheckFields();
    }

    private protected override IReadOnlyList<string> Counts =>
        [TruePositivesName, FalsePositivesName, TrueNegativesName, FalseNegativesName];

    private protected override Shape CountShape => _isMultiLabel ? [UsedThresholds.Count, _labelCount ?? -1] : base.CountShape;

    /// <inheritdoc/>
    protected override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        if (_isMultiLabel)
        {
            if (yPred.Rank != 2 || yPred.Shape[1] < 0)
            {
                throw new TfLbfgsException(
                    $"{Name}: expected predictions of shape [batch, labels], since each label has its own curve, received {yPred.Shape}.");
            }

            _labelCount ??= (int)yPred.Shape[1];
        }

        Tensor probabilities = _fromLogits ? RawOps.Sigmoid(Cast(yPred)) : yPred;
        Count(yTrue, probabilities, sampleWeight, topK: null, classId: null, _isMultiLabel, _isMultiLabel ? null : LabelWeights());
    }

    /// <inheritdoc/>
    protected override Tensor ComputeResult()
    {
        if (_isMultiLabel && _labelCount is null)
            return StateValue(TruePositivesName);
        (Tensor tp, Tensor fp) = (CountOf(TruePositivesName), CountOf(FalsePositivesName));
        (Tensor tn, Tensor fn) = (CountOf(TrueNegativesName), CountOf(FalseNegativesName));
        Tensor areas = (_curve, _summationMethod) switch
        {
            ("PR", "interpolation") => InterpolatePrecision(tp, fp, fn),
            ("PR", _) => Areas(RawOps.DivNoNan(tp, tp + fn), RawOps.DivNoNan(tp, tp + fp)),
            ("PRGAIN", _) => Gains(tp, fp, tn, fn),
            _ => Areas(RawOps.DivNoNan(fp, fp + tn), RawOps.DivNoNan(tp, tp + fn)),
        };
        Tensor sum = Tf.ReduceSum(areas, 0);
        if (!_isMultiLabel)
            return sum;
        return LabelWeights() is { } weights ? RawOps.DivNoNan(Tf.ReduceSum(sum * weights), Tf.ReduceSum(weights)) : Tf.ReduceMean(sum);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("num_thresholds", ref _thresholdCount, minimum: 2);
        fields.Choice<string>(
            "curve", ref _curve, ("ROC", "ROC"), ("roc", "ROC"), ("PR", "PR"), ("pr", "PR"), ("PRGAIN", "PRGAIN"), ("prgain", "PRGAIN"));
        fields.Choice<string>(
            "summation_method", ref _summationMethod, ("interpolation", "interpolation"), ("Interpolation", "interpolation"),
            ("minoring", "minoring"), ("Minoring", "minoring"), ("majoring", "majoring"), ("Majoring", "majoring"));
        fields.Flag("multi_label", ref _isMultiLabel);
        fields.OptionalInteger("num_labels", ref _labelCount, minimum: 1);
        fields.OptionalNumbers("label_weights", ref _labelWeights);
        fields.Flag("from_logits", ref _fromLogits);
        if (fields.IsReading || _thresholds is not null)
            fields.OptionalNumbers("thresholds", ref _thresholds);
        if (_thresholds is not null)
            _thresholdCount = _thresholds.Length + 2;
        if (!_isMultiLabel && _labelCount is not null)
            throw fields.Fail($"expected num_labels only where each label has its own curve (multi_label), received {_labelCount}.");
    }

    private protected override Thresholds CreateThresholds() => Thresholds.Enclosing(_thresholdCount, _thresholds);

    /// <summary>The areas between thresholds under y over x.</summary>
    private Tensor Areas(Tensor x, Tensor y)
    {
        Tensor first = y[..^1], second = y[1..];
        Tensor heights = _summationMethod switch
        {
            "interpolation" => (first + second) / 2,
            "minoring" => RawOps.Minimum(first, second),
            _ => RawOps.Maximum(first, second),
        };
        return (x[..^1] - x[1..]) * heights;
    }

    /// <summary>Precision over recall, where true positives and all positives are interpolated (Davis and Goadrich 2006).</summary>
    private static Tensor InterpolatePrecision(Tensor tp, Tensor fp, Tensor fn)
    {
        Tensor positives = tp + fp, zero = Tensor.Scalar(0, tp.DType);
        Tensor first = positives[..^1], second = positives[1..];
        Tensor difference = tp[..^1] - tp[1..];
        Tensor slope = RawOps.DivNoNan(difference, RawOps.Maximum(first - second, zero));
        Tensor intercept = tp[1..] - (slope * second);
        Tensor areThere = RawOps.LogicalAnd(RawOps.Greater(first, zero), RawOps.Greater(second, zero));
        Tensor ratio = RawOps.SelectV2(areThere, RawOps.DivNoNan(first, RawOps.Maximum(second, zero)), RawOps.OnesLike(second));
        return RawOps.DivNoNan(slope * (difference + (intercept * RawOps.Log(ratio))), RawOps.Maximum(tp[1..] + fn[1..], zero));
    }

    /// <summary>
    /// Gains of precision over gains of recall; without true positives the first is 1 and the second 0, which is never negative.
    /// </summary>
    private Tensor Gains(Tensor tp, Tensor fp, Tensor tn, Tensor fn)
    {
        Tensor scale = RawOps.DivNoNan(tp + fn, tn + fp), isNone = RawOps.Equal(tp, RawOps.ZerosLike(tp));
        Tensor recall = RawOps.SelectV2(isNone, RawOps.ZerosLike(tp), 1 - (scale * RawOps.DivNoNan(fn, tp)));
        Tensor precision = RawOps.SelectV2(isNone, RawOps.OnesLike(tp), 1 - (scale * RawOps.DivNoNan(fp, tp)));
        return Areas(Tf.Maximum(recall, 0), precision);
    }

    private Tensor? LabelWeights() => _labelWeights is null ? null : HostArrays.ToTensor(_labelWeights, DType, [_labelWeights.Length]);
}
