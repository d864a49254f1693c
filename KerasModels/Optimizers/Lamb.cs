using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam whose steps are scaled by the norm of each variable, for large batches. Python: <c>tf.keras.optimizers.Lamb</c>.
/// </summary>
public sealed class Lamb : MomentOptimizer
{
    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Lamb(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
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
        momentum.AssignAdd((gradient - momentum) * (1 - Beta1));
        velocity.AssignAdd((RawOps.Square(gradient) - velocity) * (1 - Beta2));
        Tensor average = momentum / (1 - step.Power(Cast(Beta1), variable.DType));
        Tensor root = RawOps.Sqrt(velocity / (1 - step.Power(Cast(Beta2), variable.DType))) + Epsilon;
        Tensor change = average / root;
        Tensor size = Norm(variable), changeSize = Norm(change);
        Tensor one = Tensor.Scalar(1, variable.DType);
        Tensor ratio = RawOps.SelectV2(RawOps.LogicalAnd(size > 0, changeSize > 0), size / changeSize, one);
        variable.AssignSub(ratio * step.LearningRate(variable.DType) * change);
    }


    private static Tensor Norm(Tensor values) => RawOps.Sqrt(Tf.ReduceSum(RawOps.Square(values)));
}
