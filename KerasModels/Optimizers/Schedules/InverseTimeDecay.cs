using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>initial / (1 + rate · step / steps). Python: <c>tf.keras.optimizers.schedules.InverseTimeDecay</c>.</summary>
public sealed class InverseTimeDecay : QuotientDecay
{
    /// <summary>Creates a schedule.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="decaySteps">The number of steps by which the step is divided, above 0.</param>
    /// <param name="decayRate">The factor of the quotient.</param>
    /// <param name="staircase">Whether the quotient is rounded down; default false.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    public InverseTimeDecay(double initialLearningRate, double decaySteps, double decayRate, bool staircase = false)
        : base(initialLearningRate, decaySteps, decayRate, staircase)
    {
    }

    internal InverseTimeDecay()
    {
    }

    private protected override Tensor Compute(double initialLearningRate, double decayRate, Tensor quotient) =>
        initialLearningRate / (1 + (decayRate * quotient));
}
