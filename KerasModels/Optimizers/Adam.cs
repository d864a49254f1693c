using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam: the average of gradients divided by the root of that of their squares, both corrected for their start at zero. Python:
/// <c>tf.keras.optimizers.Adam</c>.
/// </summary>
public class Adam : MomentOptimizer
{
    private bool _amsGrad;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Adam(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
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
        momentum.AssignAdd((gradient - momentum) * (1 - Kept(Beta1)));
        velocity.AssignAdd((RawOps.Square(gradient) - velocity) * (1 - Kept(Beta2)));
        if (_amsGrad)
        {
            Variable largest = Slot(variable, "velocity_hat");
            largest.Assign(RawOps.Maximum(largest, velocity));
            velocity = largest;
        }

        variable.AssignSub(momentum * rate / (RawOps.Sqrt(velocity) + Epsilon));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Flag("amsgrad", ref _amsGrad);
    }

    private Tensor CorrectedRate(Variable variable, OptimizerStep step)
    {
        Tensor root = RawOps.Sqrt(1 - step.Power(Cast(Beta2), variable.DType));
        return step.LearningRate(variable.DType) * root / (1 - step.Power(Cast(Beta1), variable.DType));
    }
}
