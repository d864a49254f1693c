using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// 1 - 2 |target ∩ prediction| / (|target| + |prediction|), for segmentation. Python: <c>keras.losses.Dice</c>.
/// </summary>
[KerasName("Dice", Generation = KerasGeneration.Keras3)]
public sealed class Dice : Loss
{
    private int[]? _axes;

    /// <summary>Creates a loss.</summary>
    /// <param name="axes">The axes over which the areas are summed; null (default): all, which gives one loss for the batch.</param>
    public Dice(int[]? axes = null) => _axes = axes;

    /// <summary>The axes over which the areas are summed; null: all.</summary>
    public IReadOnlyList<int>? Axes => _axes;

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor target = Align(yTrue, yPred);
        Tensor common = Tf.ReduceSum(target * yPred, _axes);
        return 1 - (2 * common / (Tf.ReduceSum(target, _axes) + Tf.ReduceSum(yPred, _axes) + KerasConfig.Epsilon));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.OptionalIntegers("axis", ref _axes);
    }
}
