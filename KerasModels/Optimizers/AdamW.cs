namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam with a weight decay of 0.004, which acts on the variables and not on the gradients. Python: <c>tf.keras.optimizers.AdamW</c>.
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public AdamW(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001) => WeightDecay = 0.004;
}
