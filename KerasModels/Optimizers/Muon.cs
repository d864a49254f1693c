using System.Text.RegularExpressions;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Momentum whose matrices are made orthogonal by Newton-Schulz iterations; variables that are no matrices, embeddings and layers that
/// are left out are moved by Adam. Keras 3. Python: <c>keras.optimizers.Muon</c>.
/// </summary>
public sealed class Muon : Optimizer
{
    private double _adamBeta1 = 0.9;
    private double _adamBeta2 = 0.999;
    private double? _adamWeightDecay = 0.004;
    private double _epsilon = 1e-7;
    private string[]? _excludeLayers = [];
    private bool _excludeEmbeddings = true;
    private double _a = 3.4445;
    private double _b = -4.7750;
    private double _c = 2.0315;
    private double _adamRateRatio = 1;
    private double _momentum = 0.95;
    private int _iterations = 5;
    private bool _nesterov = true;
    private double? _rmsRate = 0.2;

    /// <summary>Creates an optimizer with the weight decay 0.004.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule; default 0.001.</param>
    public Muon(LearningRateSchedule? learningRate = null) : base(learningRate ?? 0.001) => WeightDecay = 0.004;

    /// <summary>Adam's part of the average of gradients that stays. Default 0.9. Python: <c>adam_beta_1</c>.</summary>
    public double AdamBeta1
    {
        get => _adamBeta1;
        init => _adamBeta1 = value;
    }

    /// <summary>Adam's part of the average of squares that stays. Default 0.999. Python: <c>adam_beta_2</c>.</summary>
    public double AdamBeta2
    {
        get => _adamBeta2;
        init => _adamBeta2 = value;
    }

    /// <summary>The weight decay of variables that Adam moves; null: none. Default 0.004. Python: <c>adam_weight_decay</c>.</summary>
    public double? AdamWeightDecay
    {
        get => _adamWeightDecay;
        init => _adamWeightDecay = value;
    }

    /// <summary>The number that keeps Adam's quotient finite. Default 1e-7. Python: <c>epsilon</c>.</summary>
    public double Epsilon
    {
        get => _epsilon;
        init => _epsilon = value;
    }

    /// <summary>
    /// Regular expressions: variables whose name has a part that matches one are moved by Adam. Python: <c>exclude_layers</c>.
    /// </summary>
    public IReadOnlyList<string> ExcludeLayers
    {
        get => _excludeLayers ?? [];
        init => _excludeLayers = [.. value];
    }

    /// <summary>
    /// Whether variables with <c>embedding</c> in their name are moved by Adam. Default true. Python: <c>exclude_embeddings</c>.
    /// </summary>
    public bool ExcludeEmbeddings
    {
        get => _excludeEmbeddings;
        init => _excludeEmbeddings = value;
    }

    /// <summary>
    /// The coefficients of the iteration. Default (3.4445, -4.7750, 2.0315). Python: <c>muon_a</c>, <c>muon_b</c>, <c>muon_c</c>.
    /// </summary>
    public (double A, double B, double C) Coefficients
    {
        get => (_a, _b, _c);
        init => (_a, _b, _c) = value;
    }

    /// <summary>Adam's learning rate as a multiple of the one of the optimizer. Default 1. Python: <c>adam_lr_ratio</c>.</summary>
    public double AdamLearningRateRatio
    {
        get => _adamRateRatio;
        init => _adamRateRatio = value;
    }

    /// <summary>The part of the sum of gradients that stays. Default 0.95. Python: <c>momentum</c>.</summary>
    public double Momentum
    {
        get => _momentum;
        init => _momentum = value;
    }

    /// <summary>The number of Newton-Schulz iterations. Default 5. Python: <c>ns_steps</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a negative number.</exception>
    public int NewtonSchulzSteps
    {
        get => _iterations;
        init
        {
            _iterations = value;
            CheckFields();
        }
    }

    /// <summary>Whether the gradient counts as the one after the momentum. Default true. Python: <c>nesterov</c>.</summary>
    public bool Nesterov
    {
        get => _nesterov;
        init => _nesterov = value;
    }

    /// <summary>
    /// The root mean square of a step at a learning rate of 1, which makes it fit learning rates of Adam; null: steps are not scaled.
    /// Default 0.2. Python: <c>rms_rate</c>.
    /// </summary>
    public double? RmsRate
    {
        get => _rmsRate;
        init => _rmsRate = value;
    }

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (Variable variable in variables)
        {
            AddSlot(variable, "momentum");
            if (IsForAdam(variable))
                AddSlot(variable, "velocity");
        }
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, OptimizerStep step)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(step);
        if (IsForAdam(variable))
            UpdateByAdam(variable, gradient, step);
        else
            UpdateMatrix(variable, gradient, step);
    }

    private protected override double? WeightDecayOf(Variable variable) =>
        (IsForAdam(variable) ? _adamWeightDecay : WeightDecay) is { } decay ? Cast(decay) : null;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("adam_beta_1", ref _adamBeta1, minimum: 0, maximum: 1);
        fields.Number("adam_beta_2", ref _adamBeta2, minimum: 0, maximum: 1);
        fields.OptionalNumber("adam_weight_decay", ref _adamWeightDecay, minimum: 0);
        fields.Number("epsilon", ref _epsilon);
        fields.OptionalTexts("exclude_layers", ref _excludeLayers);
        fields.Flag("exclude_embeddings", ref _excludeEmbeddings);
        fields.Number("muon_a", ref _a);
        fields.Number("muon_b", ref _b);
        fields.Number("muon_c", ref _c);
        fields.Number("adam_lr_ratio", ref _adamRateRatio);
        fields.Number("momentum", ref _momentum);
        fields.Integer("ns_steps", ref _iterations, minimum: 0);
        fields.Flag("nesterov", ref _nesterov);
        fields.OptionalNumber("rms_rate", ref _rmsRate);
    }

    private bool IsForAdam(Variable variable) =>
        variable.Shape.Rank != 2
        || (_excludeEmbeddings && variable.Name.Contains("embedding", StringComparison.OrdinalIgnoreCase))
        || ExcludeLayers.Any(pattern => Regex.IsMatch(variable.Name, pattern, RegexOptions.CultureInvariant));

    private void UpdateByAdam(Variable variable, Tensor gradient, OptimizerStep step)
    {
        Variable momentum = Slot(variable, "momentum"), velocity = Slot(variable, "velocity");
        Tensor rate = step.LearningRate(variable.DType) * _adamRateRatio;
        Tensor corrected = rate * RawOps.Sqrt(1 - step.Power(Cast(_adamBeta2), variable.DType))
            / (1 - step.Power(Cast(_adamBeta1), variable.DType));
        momentum.AssignAdd((gradient - momentum) * (1 - _adamBeta1));
        velocity.AssignAdd((RawOps.Square(gradient) - velocity) * (1 - _adamBeta2));
        variable.AssignSub(momentum * corrected / (RawOps.Sqrt(velocity) + _epsilon));
    }

    private void UpdateMatrix(Variable variable, Tensor gradient, OptimizerStep step)
    {
        Variable momentum = Slot(variable, "momentum");
        momentum.AssignAdd(gradient + (momentum * (_momentum - 1)));
        Tensor direction = _nesterov ? gradient + (_momentum * momentum) : momentum.Value;
        Tensor change = step.LearningRate(variable.DType) * Orthogonal(direction, variable.Shape[0] > variable.Shape[1]);
        if (_rmsRate is { } rate)
            change = change * Math.Sqrt(Math.Max(variable.Shape[0], variable.Shape[1])) * rate;
        variable.AssignSub(change);
    }

    /// <summary>The orthogonal matrix next to one, roughly: its singular values come near 1.</summary>
    private Tensor Orthogonal(Tensor matrix, bool isTall)
    {
        // The smaller of the two products is the cheaper one.
        Tensor x = isTall ? Tf.Transpose(matrix) : matrix;
        x /= RawOps.Sqrt(Tf.ReduceSum(RawOps.Square(x))) + 1e-7;
        for (int i = 0; i < _iterations; i++)
        {
            Tensor product = RawOps.MatMul(x, x, transposeB: true);
            x = (_a * x) + RawOps.MatMul((_b * product) + RawOps.MatMul(_c * product, product), x);
        }

        return isTall ? Tf.Transpose(x) : x;
    }
}
