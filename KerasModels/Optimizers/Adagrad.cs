using TfLbfgs.Gradients;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// The gradient divided by the root of the sum of its squares so far. Python: <c>tf.keras.optimizers.Adagrad</c>.
/// </summary>
public sealed class Adagrad : Optimizer
{
    private double _initialAccumulatorValue = 0.1;
    private double _epsilon = 1e-7;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Adagrad(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
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
        ArgumentNullException.ThrowIfNull(variables);
        foreach (Variable variable in variables)
            AddSlot(variable, "accumulator",
                Tensor.Fill(variable.Shape, Generation == KerasGeneration.Keras3 ? Cast(_initialAccumulatorValue)
                : _initialAccumulatorValue, variable.DType));
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable accumulator = Slot(variable, "accumulator");
        accumulator.AssignAdd(RawOps.Square(gradient));
        variable.AssignSub(step.LearningRate(variable.DType) * gradient / Divisor(accumulator));
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, IndexedSlices gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Variable accumulator = Slot(variable, "accumulator");
        RawOps.ResourceScatterAdd(accumulator.Handle, gradient.Indices, RawOps.Square(gradient.Values));
        Tensor sums = RawOps.ResourceGather(accumulator.Handle, gradient.Indices, variable.DType);
        RawOps.ResourceScatterSub(variable.Handle, gradient.Indices, step.LearningRate(variable.DType) * gradient.Values / Divisor(sums));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("initial_accumulator_value", ref _initialAccumulatorValue, minimum: 0);
        fields.Number("epsilon", ref _epsilon);
    }

    private Tensor Divisor(Tensor sums) => IsLegacy ? RawOps.Sqrt(sums) + _epsilon : RawOps.Sqrt(sums + _epsilon);
}
