using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The weighted mean of a value of each sample, such as its error. Derive from it for a metric that is the mean of a formula.
/// </summary>
public abstract class SampleMetric : Metric
{
    /// <inheritdoc/>
    protected sealed override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight) =>
        UpdateState(yTrue, new Prediction(yPred), sampleWeight);

    /// <inheritdoc/>
    protected sealed override void UpdateState(Tensor yTrue, Prediction prediction, Tensor? sampleWeight)
    {
        SampleLosses values = PerSample(yTrue, prediction);
        (Tensor weighted, Tensor count) = WeightedValues.Of(Name, Cast(values.Values), sampleWeight, values.Mask, Generation, isMean: true);
        State("total").AssignAdd(Tf.ReduceSum(weighted));
        State("count").AssignAdd(count);
    }

    /// <inheritdoc/>
    protected override Tensor ComputeResult() => RawOps.DivNoNan(State("total").Value, State("count").Value);

    /// <summary>The value of each sample, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="prediction">The predictions, and what went into their softmax or sigmoid where it is known.</param>
    /// <returns>One value per sample, or more, of which the mean is taken; and which of them count.</returns>
    protected abstract SampleLosses PerSample(Tensor yTrue, Prediction prediction);
}
