using TfLbfgs.Gradients;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Gradient descent, with momentum where it is asked for. Python: <c>tf.keras.optimizers.SGD</c>.
/// </summary>
public sealed class SGD : Optimizer
{
    private double _momentum;
    private bool _nesterov;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.01.</param>
    public SGD(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.01)
    {
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

    /// <summary>Whether the gradient counts as the one after the momentum. Default false. Python: <c>nesterov</c>.</summary>
    public bool Nesterov
    {
        get => _nesterov;
        init => _nesterov = value;
    }

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        if (_momentum != 0 || (Generation == KerasGeneration.Keras2 && !IsLegacy))
            AddSlots(variables, "momentum");
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        Tensor change = gradient * step.LearningRate(variable.DType);
        if (_momentum == 0)
        {
            variable.AssignSub(change);
            return;
        }

        Variable last = Slot(variable, "momentum");
        double momentum = Cast(_momentum);
        Tensor next = (last * momentum) - change;
        last.Assign(next);
        variable.AssignAdd(_nesterov ? (next * momentum) - change : next);
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, IndexedSlices gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        if (_momentum != 0)
            base.Update(variable, gradient, step);
        else
            RawOps.ResourceScatterSub(variable.Handle, gradient.Indices, gradient.Values * step.LearningRate(variable.DType));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("momentum", ref _momentum, minimum: 0, maximum: 1);
        fields.Flag("nesterov", ref _nesterov);
    }
}
