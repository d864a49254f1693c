using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>initial / (1 + rate · step / steps). Python: <c>tf.keras.optimizers.schedules.InverseTimeDecay</c>.</summary>
public sealed class InverseTimeDecay : LearningRateSchedule
{
    private double _initialLearningRate = 0.01;
    private double _decaySteps = 1;
    private double _decayRate = 1;
    private bool _staircase;

    /// <summary>Creates a schedule.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="decaySteps">The number of steps by which the step is divided, above 0.</param>
    /// <param name="decayRate">The factor of the quotient.</param>
    /// <param name="staircase">Whether the quotient is rounded down; default false.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    public InverseTimeDecay(double initialLearningRate, double decaySteps, double decayRate, bool staircase = false)
    {
        _initialLearningRate = initialLearningRate;
        _decaySteps = decaySteps;
        _decayRate = decayRate;
        _staircase = staircase;
        CheckFields();
    }

    internal InverseTimeDecay()
    {
    }

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor step)
    {
        Tensor quotient = step / _decaySteps;
        return _initialLearningRate / (1 + (_decayRate * (_staircase ? RawOps.Floor(quotient) : quotient)));
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
}
