using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>A schedule whose learning rate falls with the quotient of the step and a number of steps.</summary>
public abstract class QuotientDecay : LearningRateSchedule
{
    private double _initialLearningRate = 0.01;
    private double _decaySteps = 1;
    private double _decayRate = 1;
    private bool _staircase;

    /// <summary>Creates a schedule.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="decaySteps">The number of steps by which the step is divided, above 0.</param>
    /// <param name="decayRate">How fast it falls.</param>
    /// <param name="staircase">Whether the quotient is rounded down.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    protected QuotientDecay(double initialLearningRate, double decaySteps, double decayRate, bool staircase)
    {
        (_initialLearningRate, _decaySteps, _decayRate, _staircase) = (initialLearningRate, decaySteps, decayRate, staircase);
        CheckFields();
    }

    private protected QuotientDecay()
    {
    }

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor step)
    {
        Tensor quotient = step / _decaySteps;
        return Compute(_initialLearningRate, _decayRate, _staircase ? RawOps.Floor(quotient) : quotient);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("initial_learning_rate", ref _initialLearningRate, required: true);
        fields.Number("decay_steps", ref _decaySteps, positive: true, required: true);
        fields.Number("decay_rate", ref _decayRate, required: true);
        fields.Flag("staircase", ref _staircase);
    }

    /// <summary>The learning rate.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="decayRate">How fast it falls.</param>
    /// <param name="quotient">The step over the number of steps, shape [].</param>
    /// <returns>The rate, shape [].</returns>
    private protected abstract Tensor Compute(double initialLearningRate, double decayRate, Tensor quotient);
}
