using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam with Nesterov momentum. Python: <c>tf.keras.optimizers.Nadam</c>.
/// </summary>
public sealed class Nadam : MomentOptimizer
{
    private Variable? _product;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Nadam(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
    }

    private protected override bool UsesDecay => false;

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        AddSlots(variables, "momentum", "velocity");
        _product = AddVariable("u_product", Tensor.Scalar(1, variables[0].DType));
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable momentum = Slot(variable, "momentum");
        Variable velocity = Slot(variable, "velocity");
        Tensor now = MomentumOf(variable.DType, step, 0), next = MomentumOf(variable.DType, step, 1);
        Tensor product = step.Once("product", variable.DType, () => ProductOf(variable.DType));
        Tensor nextProduct = product * next;
        momentum.AssignAdd((gradient - momentum) * (1 - Cast(Beta1)));
        velocity.AssignAdd((RawOps.Square(gradient) - velocity) * (1 - Cast(Beta2)));
        Tensor corrected = (next * momentum / (1 - nextProduct)) + ((1 - now) * gradient / (1 - product));
        Tensor squares = velocity / (1 - step.Power(Cast(Beta2), variable.DType));
        variable.AssignSub(corrected * step.LearningRate(variable.DType) / (RawOps.Sqrt(squares) + Epsilon));
    }

    /// <inheritdoc/>
    protected override void BeforeUpdates(IReadOnlyList<Variable> variables, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        // Keras 3 does not round what makes the product.
        bool isExact = Generation == KerasGeneration.Keras3;
        _product!.Assign(_product * (isExact ? Momentum(_product.DType, step, 0, Beta1, 0.96) : MomentumOf(_product.DType, step, 0)));
    }


    /// <summary>The momentum of the step, or of the one after it.</summary>
    private Tensor MomentumOf(DType dtype, OptimizerStep step, int ahead) =>
        step.Once(ahead == 0 ? "now" : "next", dtype, () => Momentum(dtype, step, ahead, Cast(Beta1), Cast(0.96)));

    /// <summary>A momentum that grows towards its limit; in the legacy form more slowly.</summary>
    private Tensor Momentum(DType dtype, OptimizerStep step, int ahead, double limit, double decay)
    {
        Tensor count = ahead == 0 ? step.Count(dtype) : step.Count(dtype) + ahead;
        Tensor exponent = IsLegacy ? (float)(Decay == 0 ? 0.004 : Decay) * count : count;
        return limit * (1 - (0.5 * RawOps.Pow(Tensor.Scalar(decay, dtype), exponent)));
    }

    private Tensor ProductOf(DType dtype) => _product!.DType == dtype ? _product.Value : RawOps.Cast(_product.Value, dtype);
}
