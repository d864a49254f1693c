using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Follow the regularized leader: L1 penalties make elements exactly zero. Python: <c>tf.keras.optimizers.Ftrl</c>.
/// </summary>
public sealed class Ftrl : Optimizer
{
    private double _learningRatePower = -0.5;
    private double _initialAccumulatorValue = 0.1;
    private double _l1;
    private double _l2;
    private double _shrinkage;
    private double _beta;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Ftrl(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
    }

    /// <summary>
    /// The exponent by which the learning rate of an element falls with its gradients, at most 0. Default -0.5. Python:
    /// <c>learning_rate_power</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double LearningRatePower
    {
        get => _learningRatePower;
        init
        {
            _learningRatePower = value;
            CheckFields();
        }
    }

    /// <summary>The sum of squares at the start. Default 0.1. Python: <c>initial_accumulator_value</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double InitialAccumulatorValue
    {
        get => _initialAccumulatorValue;
        init
        {
            _initialAccumulatorValue = value;
            CheckFields();
        }
    }

    /// <summary>The factor of the absolute values. Default 0. Python: <c>l1_regularization_strength</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double L1RegularizationStrength
    {
        get => _l1;
        init
        {
            _l1 = value;
            CheckFields();
        }
    }

    /// <summary>The factor of the squares. Default 0. Python: <c>l2_regularization_strength</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double L2RegularizationStrength
    {
        get => _l2;
        init
        {
            _l2 = value;
            CheckFields();
        }
    }

    /// <summary>
    /// The factor of the squares as part of the gradient alone. Default 0. Python: <c>l2_shrinkage_regularization_strength</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double L2ShrinkageRegularizationStrength
    {
        get => _shrinkage;
        init
        {
            _shrinkage = value;
            CheckFields();
        }
    }

    /// <summary>What is added to the root of the sum of squares. Default 0. Python: <c>beta</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Beta
    {
        get => _beta;
        init
        {
            _beta = value;
            CheckFields();
        }
    }

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (Variable variable in variables)
        {
            AddSlot(variable, "accumulator",
                Tensor.Fill(variable.Shape, IsLegacy ? _initialAccumulatorValue : Cast(_initialAccumulatorValue), variable.DType));
            AddSlot(variable, "linear");
        }
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable accumulator = Slot(variable, "accumulator");
        Variable linear = Slot(variable, "linear");
        Tensor rate = step.LearningRate(variable.DType);
        Tensor squareFactor = Kept(_l2) + (Kept(_beta) / (2 * rate));
        Tensor shrunk = _shrinkage == 0 ? gradient : gradient + (2 * _shrinkage * variable);
        Tensor sum = accumulator + RawOps.Square(gradient);
        Tensor power = Tensor.Scalar(-Kept(_learningRatePower), variable.DType);
        Tensor raised = RawOps.Pow(sum, power);
        linear.AssignAdd(shrunk - ((raised - RawOps.Pow(accumulator, power)) / rate * variable));
        Tensor quadratic = (raised / rate) + (2 * squareFactor);
        double bound = Kept(_l1);
        variable.Assign((Tf.ClipByValue(linear, -bound, bound) - linear) / quadratic);
        accumulator.Assign(sum);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("learning_rate_power", ref _learningRatePower, maximum: 0);
        fields.Number("initial_accumulator_value", ref _initialAccumulatorValue, minimum: 0);
        fields.Number("l1_regularization_strength", ref _l1, minimum: 0);
        fields.Number("l2_regularization_strength", ref _l2, minimum: 0);
        fields.Number("l2_shrinkage_regularization_strength", ref _shrinkage, minimum: 0);
        fields.Number("beta", ref _beta);
    }
}
