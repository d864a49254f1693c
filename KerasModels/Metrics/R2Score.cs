using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The coefficient of determination: the share of the variance of targets that predictions explain. Targets and predictions are [batch,
/// outputs]. Python: <c>tf.keras.metrics.R2Score</c>.
/// </summary>
public sealed class R2Score : Metric
{
    private string? _classAggregation;
    private int _regressorCount;

    /// <summary>Creates a metric.</summary>
    /// <param name="classAggregation">How the scores of the outputs become one: <c>uniform_average</c> (default),
    /// <c>variance_weighted_average</c>; null: they stay.</param>
    /// <param name="regressorCount">The number of independent variables, for the adjusted score; default 0: not adjusted. With more of them
    /// than samples the score is not adjusted either.</param>
    /// <exception cref="TfLbfgsException">An argument is not within its bounds.</exception>
    public R2Score(string? classAggregation = "uniform_average", int regressorCount = 0)
    {
        _classAggregation = classAggregation;
        _regressorCount = regressorCount;
        CheckFields();
    }

    /// <summary>How the scores of the outputs become one; null: they stay.</summary>
    public string? ClassAggregation => _classAggregation;

    /// <summary>The number of independent variables, for the adjusted score.</summary>
    public int RegressorCount => _regressorCount;

    /// <inheritdoc/>
    protected override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        yPred = Cast(yPred);
        if (yPred.Rank != 2 || yPred.Shape[1] < 0)
        {
            throw new TfLbfgsException(
                $"{Name}: expected predictions of shape [batch, outputs] with a known number of outputs, received {yPred.Shape}.");
        }

        Tensor target = Align(yTrue, yPred);
        Tensor ones = RawOps.OnesLike(target);
        Tensor weights = sampleWeight is null ? ones : ones * LossReduction.Fit(Name, sampleWeight, target);
        Tensor weighted = target * weights;
        Shape outputs = [yPred.Shape[1]];
        // The elements of all outputs, weighted or not; so it is in both generations.
        State("num_samples").AssignAdd(RawOps.Cast(RawOps.Size(target, Runtime.DType.Int64), DType));
        State("squared_sum", outputs).AssignAdd(Tf.ReduceSum(target * weighted, 0));
        State("sum", outputs).AssignAdd(Tf.ReduceSum(weighted, 0));
        State("residual", outputs).AssignAdd(Tf.ReduceSum(RawOps.Square(target - yPred) * weights, 0));
        State("count", outputs).AssignAdd(Tf.ReduceSum(weights, 0));
    }

    /// <inheritdoc/>
    protected override Tensor ComputeResult()
    {
        Tensor sum = StateValue("sum");
        Tensor total = StateValue("squared_sum") - (sum * (sum / StateValue("count")));
        Tensor scores = 1 - (StateValue("residual") / total);
        scores = RawOps.SelectV2(RawOps.IsInf(scores), RawOps.ZerosLike(scores), scores);
        Tensor score = _classAggregation switch
        {
            "uniform_average" => Tf.ReduceMean(scores),
            "variance_weighted_average" => Tf.ReduceSum(total * scores) / Tf.ReduceSum(total),
            _ => scores,
        };
        if (_regressorCount == 0)
            return score;
        Tensor degrees = State("num_samples").Value - 1;
        Tensor left = degrees - _regressorCount;
        Tensor isAdjusted = left > 0;
        Tensor adjusted = 1 - ((1 - score) * degrees / RawOps.SelectV2(isAdjusted, left, RawOps.OnesLike(left)));
        return RawOps.SelectV2(isAdjusted, adjusted, score);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.OptionalChoice("class_aggregation", ref _classAggregation, "uniform_average", "variance_weighted_average");
        fields.Integer("num_regressors", ref _regressorCount, minimum: 0);
    }
}
