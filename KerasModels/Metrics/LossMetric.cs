using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean of a loss of this library, computed in the dtype of the metric.</summary>
public abstract class LossMetric : SampleMetric
{
    private Loss? _loss;

    private protected LossMetric()
    {
    }

    /// <summary>The loss, made when it is needed, since a configuration may change the fields of a new object.</summary>
    private protected abstract Loss CreateLoss();

    /// <inheritdoc/>
    protected sealed override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return (_loss ??= CreateLoss()).PerSample(yTrue, prediction.CastTo(DType));
    }
}
