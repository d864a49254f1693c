using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>A learning rate that stays; a number in files.</summary>
/// <param name="value">The learning rate.</param>
[KerasName("constant", IsStored = false)]
internal sealed class ConstantRate(double value) : LearningRateSchedule
{
    public double Value => value;

    protected internal override Tensor Compute(Tensor step) => Like(step, value);
}
