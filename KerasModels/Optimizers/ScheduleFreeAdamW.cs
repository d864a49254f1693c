using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam whose averaged iterates take the place of a schedule of the learning rate. Python: <c>tf.keras.optimizers.ScheduleFreeAdamW</c>.
/// </summary>
public sealed class ScheduleFreeAdamW : MomentOptimizer
{
    private int _warmupSteps;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.0025.</param>
    public ScheduleFreeAdamW(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.0025, epsilon: 1e-8)
    {
    }

    /// <summary>The number of steps in which the learning rate rises. Default 0. Python: <c>warmup_steps</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public int WarmupSteps
    {
        get => _warmupSteps;
        init
        {
            _warmupSteps = value;
            CheckFields();
        }
    }

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (Variable variable in variables)
        {
            AddSlot(variable, "momentum", variable.Value);
            AddSlot(variable, "velocity");
        }
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable momentum = Slot(variable, "momentum");
        Variable velocity = Slot(variable, "velocity");
        double beta1 = Cast(Beta1), beta2 = Cast(Beta2);
        Tensor count = step.Count(variable.DType);
        Tensor rate = step.LearningRate(variable.DType);
        if (_warmupSteps > 0)
            rate *= Tf.Minimum(count / _warmupSteps, 1);
        velocity.AssignAdd((RawOps.Square(gradient) - velocity) * (1 - beta2));
        Tensor divisor = RawOps.Sqrt(velocity / (1 - step.Power(beta2, variable.DType))) + Cast(Epsilon);
        momentum.AssignSub(rate * gradient / divisor);
        Tensor weight = 1 / count;
        // Keras on TensorFlow reads the momentum that the line above has changed.
        Tensor average = (variable - ((1 - beta1) * momentum)) / beta1;
        average = ((1 - weight) * average) + (weight * momentum);
        variable.Assign(((1 - beta1) * momentum) + (beta1 * average));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Integer("warmup_steps", ref _warmupSteps, minimum: 0);
    }
}
