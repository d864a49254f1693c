using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Minus the cosine of the angle between target and prediction: -1 where they have one direction. Python:
/// <c>tf.keras.losses.CosineSimilarity</c>.
/// </summary>
[KerasName("CosineSimilarity", "cosine", "cosine_proximity")]
public sealed class CosineSimilarity : Loss
{
    private int _axis;

    /// <summary>Creates a loss.</summary>
    /// <param name="axis">The axis of the vectors; default the last.</param>
    public CosineSimilarity(int axis = -1) => _axis = axis;

    /// <summary>The axis of the vectors.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) =>
        -Tf.ReduceSum(UnitVectors.Of(Align(yTrue, yPred), Axis, Generation) * UnitVectors.Of(yPred, Axis, Generation), Axis);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("axis", ref _axis);
    }
}
