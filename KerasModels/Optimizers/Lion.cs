using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Steps of one size whose direction is the sign of an average of gradients. Python: <c>tf.keras.optimizers.Lion</c>.
/// </summary>
public sealed class Lion : Optimizer
{
    private double _beta1 = 0.9;
    private double _beta2 = 0.99;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Lion(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
    }

    /// <summary>The part of the average in the direction, from 0 to 1. Default 0.9. Python: <c>beta_1</c>.</summary>
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

    /// <summary>The part of the average of gradients that stays, from 0 to 1. Default 0.99. Python: <c>beta_2</c>.</summary>
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

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        AddSlots(variables, "momentum");
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable momentum = Slot(variable, "momentum");
        double beta1 = Cast(_beta1), beta2 = Cast(_beta2);
        variable.AssignSub(step.LearningRate(variable.DType) * RawOps.Sign((momentum * beta1) + (gradient * (1 - beta1))));
        momentum.Assign((momentum * beta2) + (gradient * (1 - beta2)));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("beta_1", ref _beta1, minimum: 0, maximum: 1);
        fields.Number("beta_2", ref _beta2, minimum: 0, maximum: 1);
    }
}
