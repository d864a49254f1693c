using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// A measure of values, such as their mean. As a metric of a model it measures the predictions; the targets are not read.
/// </summary>
public abstract class ValueMetric : Metric
{
    /// <summary>Adds values to the state.</summary>
    /// <param name="values">The values, [batch, ...] or a scalar; borrowed.</param>
    /// <param name="sampleWeight">The weights, in a shape that can be broadcast to the values or to their first dimensions; null: 1.
    /// Borrowed.</param>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public void Update(Tensor values, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        using TensorScope scope = new();
        Add(new SampleLosses(values), sampleWeight);
    }

    /// <inheritdoc/>
    protected override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight) => Add(yPred, sampleWeight);

    /// <summary>Adds values to the state, inside a scope of the caller.</summary>
    /// <param name="values">The values, and which of them count.</param>
    /// <param name="sampleWeight">The weights, or null.</param>
    protected abstract void Add(SampleLosses values, Tensor? sampleWeight);
}
