using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>An optimizer that keeps decaying averages of gradients and of their size, as Adam and its variants do.</summary>
public abstract class MomentOptimizer : Optimizer
{
    private double _beta1 = 0.9;
    private double _beta2 = 0.999;
    private double _epsilon;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule.</param>
    /// <param name="epsilon">The number that keeps the quotient finite; default 1e-7.</param>
    protected MomentOptimizer(LearningRateSchedule learningRate, double epsilon = 1e-7) : base(learningRate) => _epsilon = epsilon;

    /// <summary>The part of the average of gradients that stays, from 0 to 1. Default 0.9. Python: <c>beta_1</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Beta1
    {
        get => _beta1;
        init
        {
            _beta1 = value;
            CheckFields();
        }
    }

    /// <summary>
    /// The part of the average of their size (squares, or the largest absolute value) that stays, from 0 to 1. Default 0.999. Python:
    /// <c>beta_2</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Beta2
    {
        get => _beta2;
        init
        {
            _beta2 = value;
            CheckFields();
        }
    }

    /// <summary>The number that keeps the quotient finite. Default 1e-7; of ScheduleFreeAdamW 1e-8. Python: <c>epsilon</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Epsilon
    {
        get => _epsilon;
        init
        {
            _epsilon = value;
            CheckFields();
        }
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("beta_1", ref _beta1, minimum: 0, maximum: 1);
        fields.Number("beta_2", ref _beta2, minimum: 0, maximum: 1);
        fields.Number("epsilon", ref _epsilon);
    }
}
