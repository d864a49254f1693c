using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The mean of the coefficient of concordance between targets and predictions along an axis: correlation that is 1 on the diagonal alone.
/// Python: <c>keras.metrics.ConcordanceCorrelation</c>.
/// </summary>
/// <param name="axis">The axis along which they are compared; default the last.</param>
[KerasName("ConcordanceCorrelation", Generation = KerasGeneration.Keras3)]
public sealed class ConcordanceCorrelation(int axis = -1) : SampleMetric
{
    private int _axis = axis;

    /// <summary>The axis along which they are compared.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = Cast(prediction.Value);
        Tensor target = Align(yTrue, yPred);
        Tensor meanOfTarget = Tf.ReduceMean(target, _axis, keepDims: true), mean = Tf.ReduceMean(yPred, _axis, keepDims: true);
        Tensor varianceOfTarget = Tf.ReduceMean(RawOps.Square(target - meanOfTarget), _axis, keepDims: true);
        Tensor variance = Tf.ReduceMean(RawOps.Square(yPred - mean), _axis, keepDims: true);
        // Keras centers the targets by the mean of the predictions; that changes nothing in the mean.
        Tensor covariance = (target - mean) * (yPred - mean);
        Tensor norm = varianceOfTarget + variance + RawOps.Square(meanOfTarget - mean);
        return Tf.ReduceMean(2 * covariance / (norm + KerasConfig.Epsilon), _axis);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("axis", ref _axis);
    }
}
