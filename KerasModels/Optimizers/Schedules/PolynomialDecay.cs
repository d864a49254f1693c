using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>(initial - end) · (1 - step / steps)^power + end. Python: <c>tf.keras.optimizers.schedules.PolynomialDecay</c>.</summary>
public sealed class PolynomialDecay : LearningRateSchedule
{
    private double _initialLearningRate = 0.01;
    private double _decaySteps = 1;
    private double _endLearningRate = 0.0001;
    private double _power = 1;
    private bool _cycle;

    /// <summary>Creates a schedule.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="decaySteps">After how many steps the last one is reached, above 0.</param>
    /// <param name="endLearningRate">The last learning rate; default 0.0001.</param>
    /// <param name="power">The exponent; default 1.</param>
    /// <param name="cycle">Whether it starts again, with a number of steps that is a multiple, instead of staying; default false.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    public PolynomialDecay(double initialLearningRate, double decaySteps, double endLearningRate = 0.0001, double power = 1,
        bool cycle = false)
    {
        _initialLearningRate = initialLearningRate;
        _decaySteps = decaySteps;
        _endLearningRate = endLearningRate;
        _power = power;
        _cycle = cycle;
        CheckFields();
    }

    internal PolynomialDecay()
    {
    }

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor step)
    {
        Tensor steps = Like(step, _decaySteps);
        if (_cycle)
            steps *= RawOps.SelectV2(RawOps.Equal(step, Like(step, 0)), Like(step, 1), RawOps.Ceil(step / _decaySteps));
        else
            step = RawOps.Minimum(step, steps);
        Tensor remaining = 1 - (step / steps);
        return ((Like(step, _initialLearningRate) - _endLearningRate) * RawOps.Pow(remaining, Like(step, _power))) + _endLearningRate;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("initial_learning_rate", ref _initialLearningRate, required: true);
        fields.Number("decay_steps", ref _decaySteps, positive: true, required: true);
        fields.Number("end_learning_rate", ref _endLearningRate);
        fields.Number("power", ref _power);
        fields.Flag("cycle", ref _cycle);
    }
}
