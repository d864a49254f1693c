using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Half cosine waves, one after the other, each longer and lower than the one before. Python:
/// <c>tf.keras.optimizers.schedules.CosineDecayRestarts</c>.
/// </summary>
public sealed class CosineDecayRestarts : LearningRateSchedule
{
    private double _initialLearningRate = 0.01;
    private double _firstDecaySteps = 1;
    private double _lengthFactor = 2;
    private double _heightFactor = 1;
    private double _alpha;

    /// <summary>Creates a schedule.</summary>
    /// <param name="initialLearningRate">The first learning rate.</param>
    /// <param name="firstDecaySteps">The length of the first half wave in steps, above 0.</param>
    /// <param name="lengthFactor">The length of a wave as a multiple of the one before; default 2. Python: <c>t_mul</c>.</param>
    /// <param name="heightFactor">The height of a wave as a multiple of the one before; default 1. Python: <c>m_mul</c>.</param>
    /// <param name="alpha">The lowest learning rate as a part of the first; default 0.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    public CosineDecayRestarts(double initialLearningRate, double firstDecaySteps, double lengthFactor = 2, double heightFactor = 1,
        double alpha = 0)
    {
        _initialLearningRate = initialLearningRate;
        _firstDecaySteps = firstDecaySteps;
        _lengthFactor = lengthFactor;
        _heightFactor = heightFactor;
        _alpha = alpha;
        CheckFields();
    }

    internal CosineDecayRestarts()
    {
    }

    private protected override string DefaultName => "SGDRDecay";

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor step)
    {
        Tensor done = step / _firstDecaySteps;
        Tensor restarts;
        if (_lengthFactor == 1)
        {
            restarts = RawOps.Floor(done);
            done -= restarts;
        }
        else
        {
            Tensor factor = Like(step, _lengthFactor);
            restarts = RawOps.Floor(RawOps.Log(1 - (done * (1 - factor))) / RawOps.Log(factor));
            Tensor length = RawOps.Pow(factor, restarts);
            done = (done - ((1 - length) / (1 - factor))) / length;
        }

        Tensor wave = 0.5 * RawOps.Pow(Like(step, _heightFactor), restarts) * (1 + RawOps.Cos(Like(step, Math.PI) * done));
        return _initialLearningRate * (((1 - Like(step, _alpha)) * wave) + _alpha);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("initial_learning_rate", ref _initialLearningRate, required: true);
        fields.Number("first_decay_steps", ref _firstDecaySteps, positive: true, required: true);
        fields.Number("t_mul", ref _lengthFactor, positive: true);
        fields.Number("m_mul", ref _heightFactor);
        fields.Number("alpha", ref _alpha);
    }
}
