using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The weighted mean of values. Python: <c>tf.keras.metrics.Mean</c>.</summary>
public class Mean : ValueMetric
{
    /// <inheritdoc/>
    protected override void Add(SampleLosses values, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(values);
        (Tensor weighted, Tensor count) = WeightedValues.Of(Name, Cast(values.Values), sampleWeight, values.Mask, Generation, isMean: true);
        State("total").AssignAdd(Tf.ReduceSum(weighted));
        State("count").AssignAdd(count);
    }

    /// <inheritdoc/>
    protected override Tensor ComputeResult() => RawOps.DivNoNan(State("total").Value, State("count").Value);
}
