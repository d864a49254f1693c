using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Half a cosine wave from the first learning rate down to a part of it, after a linear rise if one is asked for. Python:
/// <c>tf.keras.optimizers.schedules.CosineDecay</c>.
/// </summary>
public sealed class CosineDecay : LearningRateSchedule
{
    private double _initialLearningRate = 0.01;
    private double _decaySteps = 1;
    private double _alpha;
    private double? _warmupTarget;
    private double _warmupSteps;

    /// <summary>Creates a schedule.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="decaySteps">The length of the half wave in steps, above 0.</param>
    /// <param name="alpha">The last learning rate as a part of the one at the start of the wave; default 0.</param>
    /// <param name="warmupTarget">The learning rate at the end of the rise and the start of the wave; null (default): no rise.</param>
    /// <param name="warmupSteps">The length of the rise in steps; default 0.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    public CosineDecay(double initialLearningRate, double decaySteps, double alpha = 0, double? warmupTarget = null, double warmupSteps = 0)
    {
        _initialLearningRate = initialLearningRate;
        _decaySteps = decaySteps;
        _alpha = alpha;
        _warmupTarget = warmupTarget;
        _warmupSteps = warmupSteps;
        CheckFields();
    }

    internal CosineDecay()
    {
    }

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor step)
    {
        if (_warmupTarget is not { } target)
            return Decay(RawOps.Minimum(step, Like(step, _decaySteps)), Like(step, _initialLearningRate));
        step = RawOps.Minimum(step, Like(step, _decaySteps) + _warmupSteps);
        Tensor rise = ((Like(step, target) - _initialLearningRate) * (step / _warmupSteps)) + _initialLearningRate;
        return RawOps.SelectV2(step < _warmupSteps, rise, Decay(step - _warmupSteps, Like(step, target)));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("initial_learning_rate", ref _initialLearningRate, required: true);
        fields.Number("decay_steps", ref _decaySteps, positive: true, required: true);
        fields.Number("alpha", ref _alpha);
        fields.OptionalNumber("warmup_target", ref _warmupTarget);
        fields.Number("warmup_steps", ref _warmupSteps, minimum: 0);
    }

    private Tensor Decay(Tensor step, Tensor from)
    {
        Tensor wave = 0.5 * (1 + RawOps.Cos(Like(step, Math.PI) * (step / _decaySteps)));
        return from * (((1 - _alpha) * wave) + _alpha);
    }
}
