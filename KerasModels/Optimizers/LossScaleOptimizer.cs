using TfLbfgs.Gradients;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Scales the loss for another optimizer, so that gradients of 16 bits do not become 0: by a factor that doubles after a number of steps
/// with finite gradients, and is halved, with the step left out, when one is not finite. Python:
/// <c>tf.keras.mixed_precision.LossScaleOptimizer</c>, <c>keras.optimizers.LossScaleOptimizer</c>.
/// </summary>
public sealed class LossScaleOptimizer : Optimizer
{
    private Optimizer _inner;
    private double _initialScale = 32768;
    private long _dynamicGrowthSteps = 2000;
    private bool _dynamic = true;
    private Variable? _counter;
    private Variable? _scale;

    /// <summary>Creates an optimizer around another one.</summary>
    /// <param name="inner">The optimizer that moves the variables; owned by this one.</param>
    /// <param name="initialScale">The first factor, above 0; default 2^15.</param>
    /// <param name="dynamicGrowthSteps">After how many finite steps it doubles, at least 1; default 2000.</param>
    /// <param name="dynamic">Whether the factor changes; default true. Keras 2.</param>
    /// <exception cref="TfLbfgsException">An argument is out of its bounds.</exception>
    public LossScaleOptimizer(Optimizer inner, double initialScale = 32768, long dynamicGrowthSteps = 2000, bool dynamic = true) : base(0)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _initialScale = initialScale;
        _dynamicGrowthSteps = dynamicGrowthSteps;
        _dynamic = dynamic;
        CheckFields();
    }

    internal LossScaleOptimizer() : base(0) => _inner = new SGD();

    /// <summary>The optimizer that moves the variables.</summary>
    public Optimizer Inner => _inner;

    /// <summary>The factor of the loss in the next step. One read.</summary>
    public double Scale
    {
        get
        {
            using IDisposable eager = Tf.InitScope();
            using TensorScope scope = new();
            return _scale?.Value.ToDouble() ?? _initialScale;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Variable> Variables => [.. base.Variables, .. _inner.Variables];

    /// <inheritdoc/>
    public override long Iterations => _inner.Iterations;

    /// <inheritdoc/>
    public override double LearningRate
    {
        get => _inner.LearningRate;
        set => _inner.LearningRate = value;
    }

    private protected override bool IsWrapper => true;

    /// <inheritdoc/>
    public override void Build(IReadOnlyList<Variable> variables)
    {
        base.Build(variables);
        _inner.Build(variables);
    }

    /// <inheritdoc/>
    public override void Apply(IReadOnlyList<(Tensor? Dense, IndexedSlices? Slices)> gradients, IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(variables);
        Build(variables);
        using TensorScope scope = new();
        Tensor isFinite = Tensor.Scalar(true);
        foreach (Tensor values in gradients.Select(gradient => gradient.Dense ?? gradient.Slices?.Values).OfType<Tensor>())
            isFinite = RawOps.LogicalAnd(isFinite, Tf.ReduceAll(RawOps.IsFinite(values)));
        Tf.Cond(
            isFinite,
            () =>
            {
                ApplyScaled(gradients, variables);
                return [Tensor.Scalar(true)];
            },
            () =>
            {
                if (_dynamic)
                {
                    _counter!.Assign(Tensor.Scalar(0L));
                    Tensor half = _scale! * 0.5;
                    _scale!.Assign(Generation == KerasGeneration.Keras2 ? Tf.Maximum(half, 1) : half);
                }

                return [Tensor.Scalar(false)];
            });
    }

    /// <inheritdoc/>
    public override Tensor ScaleLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        using TensorScope scope = new();
        Tensor scale = _scale?.Value ?? Tensor.Scalar(_initialScale, DType.Float32);
        return scope.Keep(loss * RawOps.Cast(scale, loss.DType));
    }

    /// <inheritdoc/>
    public override void FinalizeVariables() => _inner.FinalizeVariables();

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        _counter = AddVariable("step_counter", Tensor.Scalar(0L));
        _scale = AddVariable("dynamic_scale", Tensor.Scalar(_initialScale, DType.Float32));
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step) => _inner.Apply([gradient], [variable]);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Component("inner_optimizer", ref _inner);
        fields.Flag("dynamic", ref _dynamic, only: KerasGeneration.Keras2);
        fields.Number("initial_scale", ref _initialScale, positive: true);
        fields.Integer("dynamic_growth_steps", ref _dynamicGrowthSteps, minimum: 1);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _inner.Dispose();
        (_counter, _scale) = (null, null);
    }

    private void ApplyScaled(IReadOnlyList<(Tensor? Dense, IndexedSlices? Slices)> gradients, IReadOnlyList<Variable> variables)
    {
        Tensor scale = _scale!.Value;
        _inner.Apply(
            [.. gradients.Select((gradient, i) => gradient.Dense is null && gradient.Slices is null ? gradient
                : Divided(variables[i], gradient))], variables);
        if (!_dynamic)
            return;
        Tensor count = _counter! + Tensor.Scalar(1L);
        Tensor grows = RawOps.Equal(count, Tensor.Scalar(_dynamicGrowthSteps));
        _counter!.Assign(RawOps.SelectV2(grows, Tensor.Scalar(0L), count));
        _scale.Assign(RawOps.SelectV2(grows, scale * 2, scale));

        (Tensor? Dense, IndexedSlices? Slices) Divided(Variable variable, (Tensor? Dense, IndexedSlices? Slices) gradient)
        {
            VariableGradient divided = VariableGradient.Of(variable, gradient.Dense, gradient.Slices).With(
                values => values / RawOps.Cast(scale, values.DType));
            return (divided.Dense, divided.Slices);
        }
    }
}
