using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// The gradient divided by the root of an average of its squares. Python: <c>tf.keras.optimizers.RMSprop</c>.
/// </summary>
public sealed class RMSprop : Optimizer
{
    private double _rho = 0.9;
    private double _momentum;
    private double _epsilon = 1e-7;
    private bool _centered;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public RMSprop(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
    }

    /// <summary>The part of the average of squares that stays, from 0 to 1. Default 0.9. Python: <c>rho</c>.</summary>
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

    /// <summary>The part of the last change that is made again, from 0 to 1. Default 0. Python: <c>momentum</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Momentum
    {
        get => _momentum;
        init
        {
            _momentum = value;
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

    /// <summary>
    /// Whether the square of the average gradient is subtracted, which leaves the variance. Default false. Python: <c>centered</c>.
    /// </summary>
    public bool Centered
    {
        get => _centered;
        init => _centered = value;
    }

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        AddSlots(variables, "velocity");
        if (_momentum > 0)
            AddSlots(variables, "momentum");
        if (_centered)
            AddSlots(variables, "average_gradient");
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable velocity = Slot(variable, "velocity");
        double rho = Kept(_rho);
        velocity.Assign((rho * velocity) + ((1 - rho) * RawOps.Square(gradient)));
        Tensor variance = velocity.Value;
        if (_centered)
        {
            Variable average = Slot(variable, "average_gradient");
            average.Assign((rho * average) + ((1 - rho) * gradient));
            variance -= RawOps.Square(average);
        }

        // The legacy form without momentum adds the small number to the root, that with momentum to what is under it.
        Tensor divisor = IsLegacy && _momentum == 0 ? RawOps.Sqrt(variance) + _epsilon : RawOps.Sqrt(variance + _epsilon);
        Tensor change = step.LearningRate(variable.DType) * gradient / divisor;
        if (_momentum > 0)
        {
            Variable last = Slot(variable, "momentum");
            last.Assign((Kept(_momentum) * last) + change);
            change = last.Value;
        }

        variable.AssignSub(change);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("rho", ref _rho, minimum: 0, maximum: 1);
        fields.Number("momentum", ref _momentum, minimum: 0, maximum: 1);
        fields.Number("epsilon", ref _epsilon);
        fields.Flag("centered", ref _centered);
    }
}
