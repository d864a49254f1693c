using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam whose steps are scaled by the norm of each variable, for large batches. Python: <c>tf.keras.optimizers.Lamb</c>.
/// </summary>
public sealed class Lamb : Optimizer
{
    private double _beta1 = 0.9;
    private double _beta2 = 0.999;
    private double _epsilon = 1e-7;

    /// <summary>Creates an optimizer with the learning rate 0.001.</summary>
    public Lamb() : this(0.001)
    {
    }

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule.</param>
    public Lamb(LearningRateSchedule learningRate) : base(learningRate)
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

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        AddSlots(variables, "momentum", "velocity");
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable momentum = Slot(variable, "momentum");
        Variable velocity = Slot(variable, "velocity");
        momentum.AssignAdd((gradient - momentum) * (1 - _beta1));
        velocity.AssignAdd((RawOps.Square(gradient) - velocity) * (1 - _beta2));
        Tensor average = momentum / (1 - step.Power(Cast(_beta1), variable.DType));
        Tensor root = RawOps.Sqrt(velocity / (1 - step.Power(Cast(_beta2), variable.DType))) + _epsilon;
        Tensor change = average / root;
        Tensor size = Norm(variable), changeSize = Norm(change);
        Tensor one = Tensor.Scalar(1, variable.DType);
        Tensor ratio = RawOps.SelectV2(RawOps.LogicalAnd(size > 0, changeSize > 0), size / changeSize, one);
        variable.AssignSub(ratio * step.LearningRate(variable.DType) * change);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("beta_1", ref _beta1, minimum: 0, maximum: 1);
        fields.Number("beta_2", ref _beta2, minimum: 0, maximum: 1);
        fields.Number("epsilon", ref _epsilon);
    }

    private static Tensor Norm(Tensor values) => RawOps.Sqrt(Tf.ReduceSum(RawOps.Square(values)));
}
