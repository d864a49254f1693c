using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The mean of Pearson's coefficient of correlation between targets and predictions along an axis. Python:
/// <c>keras.metrics.PearsonCorrelation</c>.
/// </summary>
/// <param name="axis">The axis along which they are compared; default the last.</param>
[KerasName("PearsonCorrelation", Generation = KerasGeneration.Keras3)]
public sealed class PearsonCorrelation(int axis = -1) : SampleMetric
{
    private int _axis = axis;

    /// <summary>The axis along which they are compared.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = Cast(prediction.Value);
        return Tf.ReduceMean(Standardize(Align(yTrue, yPred)) * Standardize(yPred), _axis);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("axis", ref _axis);
    }

    private Tensor Standardize(Tensor x)
    {
        Tensor centered = x - Tf.ReduceMean(x, _axis, keepDims: true);
        return centered / RawOps.Sqrt(Tf.ReduceMean(RawOps.Square(centered), _axis, keepDims: true));
    }
}
