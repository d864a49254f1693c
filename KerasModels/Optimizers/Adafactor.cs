using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Adam whose averages of squares of a matrix are kept by rows and columns alone. Python: <c>tf.keras.optimizers.Adafactor</c>.
/// </summary>
public sealed class Adafactor : Optimizer
{
    private double _beta2Decay = -0.8;
    private double _epsilon1 = 1e-30;
    private double _epsilon2 = 1e-3;
    private double _clipThreshold = 1.0;
    private bool _relativeStep = true;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Adafactor(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001)
    {
    }

    /// <summary>The exponent by which the weight of new squares falls with the steps. Default -0.8. Python: <c>beta_2_decay</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Beta2Decay
    {
        get => _beta2Decay;
        init
        {
            _beta2Decay = value;
            CheckFields();
        }
    }

    /// <summary>What is added to the squares. Default 1e-30. Python: <c>epsilon_1</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Epsilon1
    {
        get => _epsilon1;
        init
        {
            _epsilon1 = value;
            CheckFields();
        }
    }

    /// <summary>The smallest scale of a variable. Default 1e-3. Python: <c>epsilon_2</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double Epsilon2
    {
        get => _epsilon2;
        init
        {
            _epsilon2 = value;
            CheckFields();
        }
    }

    /// <summary>The root mean square above which a change is shortened. Default 1.0. Python: <c>clip_threshold</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number out of its bounds.</exception>
    public double ClipThreshold
    {
        get => _clipThreshold;
        init
        {
            _clipThreshold = value;
            CheckFields();
        }
    }

    /// <summary>
    /// Whether the learning rate, if it is a number, is at most 1 over the root of the step. Default true. Python: <c>relative_step</c>.
    /// </summary>
    public bool RelativeStep
    {
        get => _relativeStep;
        init => _relativeStep = value;
    }

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (Variable variable in variables)
        {
            if (variable.Shape.Rank >= 2)
            {
                long[] shape = variable.Shape.ToArray();
                AddSlot(variable, "r", Tensor.Zeros(Shape.Create(shape.AsSpan()[..^1]), variable.DType));
                AddSlot(variable, "c", Tensor.Zeros(Shape.Create([.. shape[..^2], shape[^1]]), variable.DType));
            }

            AddSlot(variable, "velocity");
        }
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Tensor count = step.Count(variable.DType);
        Tensor inverseRoot = RawOps.Rsqrt(count);
        Tensor rate = step.LearningRate(variable.DType);
        if (Schedule is null && _relativeStep)
            rate = RawOps.Minimum(rate, inverseRoot);
        Tensor scale = Tf.Maximum(RootMeanSquare(variable), Cast(_epsilon2)) * RawOps.Minimum(rate, inverseRoot);
        Tensor squares = RawOps.Square(gradient) + _epsilon1;
        Tensor stays = 1 - RawOps.Pow(count, Tensor.Scalar(_beta2Decay, variable.DType));
        Variable velocity = Slot(variable, "velocity");
        if (variable.Shape.Rank >= 2)
        {
            Variable rows = Slot(variable, "r"), columns = Slot(variable, "c");
            rows.Assign((stays * rows) + ((1 - stays) * Tf.ReduceMean(squares, [-1])));
            columns.Assign((stays * columns) + ((1 - stays) * Tf.ReduceMean(squares, [-2])));
            Tensor share = rows / Tf.ReduceMean(rows, [-1], keepDims: true);
            velocity.Assign(RawOps.ExpandDims(share, Tensor.Scalar(-1)) * RawOps.ExpandDims(columns, Tensor.Scalar(-2)));
        }
        else
        {
            velocity.Assign((stays * velocity) + ((1 - stays) * squares));
        }

        Tensor change = gradient / RawOps.Sqrt(velocity);
        variable.AssignSub(scale * change / Tf.Maximum(RootMeanSquare(change) / _clipThreshold, 1));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("beta_2_decay", ref _beta2Decay);
        fields.Number("epsilon_1", ref _epsilon1);
        fields.Number("epsilon_2", ref _epsilon2);
        fields.Number("clip_threshold", ref _clipThreshold, positive: true);
        fields.Flag("relative_step", ref _relativeStep);
    }

    private static Tensor RootMeanSquare(Tensor values) => RawOps.Sqrt(Tf.ReduceMean(RawOps.Square(values)));
}
