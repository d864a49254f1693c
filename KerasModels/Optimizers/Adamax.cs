using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam with the largest absolute value of the gradients in place of the root of their squares. Python:
/// <c>tf.keras.optimizers.Adamax</c>.
/// </summary>
public sealed class Adamax : MomentOptimizer
{
    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Adamax(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
    }

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        AddSlots(variables, "momentum", "norm");
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable momentum = Slot(variable, "momentum");
        Variable norm = Slot(variable, "norm");
        momentum.AssignAdd((gradient - momentum) * (1 - Kept(Beta1)));
        norm.Assign(RawOps.Maximum(norm * Kept(Beta2), RawOps.Abs(gradient)));
        Tensor correction = 1 - step.Power(Cast(Beta1), variable.DType);
        variable.AssignSub(step.LearningRate(variable.DType) * momentum / (correction * (norm + Epsilon)));
    }
}
