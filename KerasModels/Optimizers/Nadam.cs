using TfLbfgs.Runtime;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam with Nesterov momentum. Python: <c>tf.keras.optimizers.Nadam</c>.
/// </summary>
public sealed class Nadam : Optimizer
{
    private double _beta1 = 0.9;
    private double _beta2 = 0.999;
    private double _epsilon = 1e-7;
    private Variable? _product;

    /// <summary>Creates an optimizer with the learning rate 0.001.</summary>
    public Nadam() : this(0.001)
    {
    }

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule.</param>
    public Nadam(LearningRateSchedule learningRate) : base(learningRate)
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
        momentum.AssignAdd((gradient - momentum) * (1 - Cast(_beta1)));
        velocity.AssignAdd((RawOps.Square(gradient) - velocity) * (1 - Cast(_beta2)));
        Tensor corrected = (next * momentum / (1 - nextProduct)) + ((1 - now) * gradient / (1 - product));
        Tensor squares = velocity / (1 - step.Power(Cast(_beta2), variable.DType));
        variable.AssignSub(corrected * step.LearningRate(variable.DType) / (RawOps.Sqrt(squares) + _epsilon));
    }

    /// <inheritdoc/>
    protected override void BeforeUpdates(IReadOnlyList<Variable> variables, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        // Keras 3 does not round what makes the product.
        bool isExact = Generation == KerasGeneration.Keras3;
        _product!.Assign(_product * (isExact ? Momentum(_product.DType, step, 0, _beta1, 0.96) : MomentumOf(_product.DType, step, 0)));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("beta_1", ref _beta1, minimum: 0, maximum: 1);
        fields.Number("beta_2", ref _beta2, minimum: 0, maximum: 1);
        fields.Number("epsilon", ref _epsilon);
    }

    /// <summary>The momentum of the step, or of the one after it.</summary>
    private Tensor MomentumOf(DType dtype, OptimizerStep step, int ahead) =>
        step.Once(ahead == 0 ? "now" : "next", dtype, () => Momentum(dtype, step, ahead, Cast(_beta1), Cast(0.96)));

    /// <summary>A momentum that grows towards its limit; in the legacy form more slowly.</summary>
    private Tensor Momentum(DType dtype, OptimizerStep step, int ahead, double limit, double decay)
    {
        Tensor count = ahead == 0 ? step.Count(dtype) : step.Count(dtype) + ahead;
        Tensor exponent = IsLegacy ? (float)(Decay == 0 ? 0.004 : Decay) * count : count;
        return limit * (1 - (0.5 * RawOps.Pow(Tensor.Scalar(decay, dtype), exponent)));
    }

    private Tensor ProductOf(DType dtype) => _product!.DType == dtype ? _product.Value : RawOps.Cast(_product.Value, dtype);
}
