using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Steps whose size follows from the average of the squares of former steps and of gradients. Python: <c>tf.keras.optimizers.Adadelta</c>.
/// </summary>
public sealed class Adadelta : Optimizer
{
    private double _rho = 0.95;
    private double _epsilon = 1e-7;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Adadelta(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
    }

    /// <summary>The part of the averages that stays, from 0 to 1. Default 0.95. Python: <c>rho</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Rho
    {
        get => _rho;
        init
        {
            _rho = value;
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
        AddSlots(variables, "accumulated_grad", "accumulated_delta_var");
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable gradients = Slot(variable, "accumulated_grad");
        Variable changes = Slot(variable, "accumulated_delta_var");
        double rho = Kept(_rho);
        gradients.Assign((rho * gradients) + ((1 - rho) * RawOps.Square(gradient)));
        Tensor change = RawOps.Sqrt(changes + _epsilon) * gradient / RawOps.Sqrt(gradients + _epsilon);
        changes.Assign((rho * changes) + ((1 - rho) * RawOps.Square(change)));
        variable.AssignSub(step.LearningRate(variable.DType) * change);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("rho", ref _rho, minimum: 0, maximum: 1);
        fields.Number("epsilon", ref _epsilon);
    }
}
