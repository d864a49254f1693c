using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The mean cosine of the angle between target and prediction. Python: <c>tf.keras.metrics.CosineSimilarity</c>.</summary>
/// <param name="axis">The axis of the vectors; default the last.</param>
[KerasName("CosineSimilarity", "cosine", "cosine_proximity")]
public sealed class CosineSimilarity(int axis = -1) : SampleMetric
{
    private int _axis = axis;

    /// <summary>The axis of the vectors.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = Cast(prediction.Value);
        return Tf.ReduceSum(UnitVectors.Of(Align(yTrue, yPred), _axis, Generation) * UnitVectors.Of(yPred, _axis, Generation), _axis);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("axis", ref _axis);
    }
}
