using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>initial · rate^(step / steps). Python: <c>tf.keras.optimizers.schedules.ExponentialDecay</c>.</summary>
public sealed class ExponentialDecay : LearningRateSchedule
{
    private double _initialLearningRate = 0.01;
    private double _decaySteps = 1;
    private double _decayRate = 1;
    private bool _staircase;

    /// <summary>Creates a schedule.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="decaySteps">After how many steps it is multiplied by the factor once, above 0.</param>
    /// <param name="decayRate">The factor.</param>
    /// <param name="staircase">Whether it stays between two such steps; default false.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    public ExponentialDecay(double initialLearningRate, double decaySteps, double decayRate, bool staircase = false)
    {
        _initialLearningRate = initialLearningRate;
        _decaySteps = decaySteps;
        _decayRate = decayRate;
        _staircase = staircase;
        CheckFields();
    }

    internal ExponentialDecay()
    {
    }

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor step)
    {
        Tensor exponent = step / _decaySteps;
        return _initialLearningRate * RawOps.Pow(Like(step, _decayRate), _staircase ? RawOps.Floor(exponent) : exponent);
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
