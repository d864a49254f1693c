using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam: the average of gradients divided by the root of that of their squares, both corrected for their start at zero. Python:
/// <c>tf.keras.optimizers.Adam</c>.
/// </summary>
public class Adam : Optimizer
{
    private double _beta1 = 0.9;
    private double _beta2 = 0.999;
    private double _epsilon = 1e-7;
    private bool _amsGrad;

    /// <summary>Creates an optimizer with the learning rate 0.001.</summary>
    public Adam() : this(0.001)
    {
    }

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule.</param>
    public Adam(LearningRateSchedule learningRate) : base(learningRate)
    {
    }

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

    /// <summary>The part of the average of squares that stays, from 0 to 1. Default 0.999. Python: <c>beta_2</c>.</summary>
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

    /// <summary>The number that keeps the quotient finite. Default 1e-7. Python: <c>epsilon</c>.</summary>
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

    /// <summary>Whether the largest average of squares so far is taken. Default false. Python: <c>amsgrad</c>.</summary>
    public bool AmsGrad
    {
        get => _amsGrad;
        init => _amsGrad = value;
    }

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        AddSlots(variables, "momentum", "velocity");
        if (_amsGrad)
            AddSlots(variables, "velocity_hat");
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable momentum = Slot(variable, "momentum");
        Variable velocity = Slot(variable, "velocity");
        Tensor rate = step.Once("alpha", variable.DType, () => CorrectedRate(variable, step));
        momentum.AssignAdd((gradient - momentum) * (1 - Kept(_beta1)));
        velocity.AssignAdd((RawOps.Square(gradient) - velocity) * (1 - Kept(_beta2)));
        if (_amsGrad)
        {
            Variable largest = Slot(variable, "velocity_hat");
            largest.Assign(RawOps.Maximum(largest, velocity));
            velocity = largest;
        }

        variable.AssignSub(momentum * rate / (RawOps.Sqrt(velocity) + _epsilon));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("beta_1", ref _beta1, minimum: 0, maximum: 1);
        fields.Number("beta_2", ref _beta2, minimum: 0, maximum: 1);
        fields.Number("epsilon", ref _epsilon);
        fields.Flag("amsgrad", ref _amsGrad);
    }

    private Tensor CorrectedRate(Variable variable, OptimizerStep step)
    {
        Tensor root = RawOps.Sqrt(1 - step.Power(Cast(_beta2), variable.DType));
        return step.LearningRate(variable.DType) * root / (1 - step.Power(Cast(_beta1), variable.DType));
    }
}
