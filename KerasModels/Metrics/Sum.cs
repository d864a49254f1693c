using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The weighted sum of values. Python: <c>tf.keras.metrics.Sum</c>.</summary>
public sealed class Sum : ValueMetric
{
    /// <inheritdoc/>
    protected override void Add(SampleLosses values, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(values);
        (Tensor weighted, _) = WeightedValues.Of(Name, Cast(values.Values), sampleWeight, values.Mask, Generation, isMean: false);
        State("total").AssignAdd(Tf.ReduceSum(weighted));
    }

    /// <inheritdoc/>
    protected override Tensor ComputeResult() => RawOps.Identity(State("total").Value);
}
