using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>initial · rate^(step / steps). Python: <c>tf.keras.optimizers.schedules.ExponentialDecay</c>.</summary>
public sealed class ExponentialDecay : QuotientDecay
{
    /// <summary>Creates a schedule.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="decaySteps">After how many steps it is multiplied by the factor once, above 0.</param>
    /// <param name="decayRate">The factor.</param>
    /// <param name="staircase">Whether it stays between two such steps; default false.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    public ExponentialDecay(double initialLearningRate, double decaySteps, double decayRate, bool staircase = false)
        : base(initialLearningRate, decaySteps, decayRate, staircase)
    {
    }

    internal ExponentialDecay()
    {
    }

    private protected override Tensor Compute(double initialLearningRate, double decayRate, Tensor quotient) =>
        initialLearningRate * RawOps.Pow(Like(quotient, decayRate), quotient);
}
