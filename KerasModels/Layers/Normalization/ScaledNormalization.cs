using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>A normalization whose result is scaled by a trained gamma and moved by a trained beta.</summary>
public abstract class ScaledNormalization : Layer
{
    private int[] _axes = [-1];
    private double _epsilon = 1e-3;
    private bool _center = true;
    private bool _scale = true;
    private readonly WeightOptions _betaOptions = new(new Zeros());
    private readonly WeightOptions _gammaOptions = new(new Ones());

    private protected ScaledNormalization(IReadOnlyList<int> axes, double epsilon, bool center, bool scale, string? name,
        DTypePolicy? dtype) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(axes);
        _axes = [.. axes];
        _epsilon = epsilon;
        _center = center;
        _scale = scale;
    }

    private protected ScaledNormalization()
    {
    }

    /// <summary>The dimensions that have their own gamma and beta; negative from the end.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <summary>What is added to the variance, so that its root is not 0.</summary>
    public double Epsilon => _epsilon;

    /// <summary>Whether there is a beta.</summary>
    public bool Center => _center;

    /// <summary>Whether there is a gamma.</summary>
    public bool Scale => _scale;

    /// <summary>Makes the first beta; default <see cref="Zeros"/>.</summary>
    public Initializer BetaInitializer
    {
        get => _betaOptions.Initializer;
        init => _betaOptions.Initializer = value;
    }

    /// <summary>Makes the first gamma; default <see cref="Ones"/>.</summary>
    public Initializer GammaInitializer
    {
        get => _gammaOptions.Initializer;
        init => _gammaOptions.Initializer = value;
    }

    /// <summary>A penalty on beta; null: none.</summary>
    public Regularizer? BetaRegularizer
    {
        get => _betaOptions.Regularizer;
        init => _betaOptions.Regularizer = value;
    }

    /// <summary>A penalty on gamma; null: none.</summary>
    public Regularizer? GammaRegularizer
    {
        get => _gammaOptions.Regularizer;
        init => _gammaOptions.Regularizer = value;
    }

    /// <summary>A constraint on beta; null: none.</summary>
    public Constraint? BetaConstraint
    {
        get => _betaOptions.Constraint;
        init => _betaOptions.Constraint = value;
    }

    /// <summary>A constraint on gamma; null: none.</summary>
    public Constraint? GammaConstraint
    {
        get => _gammaOptions.Constraint;
        init => _gammaOptions.Constraint = value;
    }

    /// <summary>The factors; null before the layer is built, and without them.</summary>
    public Variable? Gamma { get; private set; }

    /// <summary>The offsets; null before the layer is built, and without them.</summary>
    public Variable? Beta { get; private set; }

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <summary>How Keras writes one axis.</summary>
    private protected abstract AxesForm FormOfAxis { get; }

    /// <summary>The axes of an input of this many dimensions, from its start and in order.</summary>
    private protected int[] AxesOf(int rank) => AxesOf(_axes, rank);

    /// <summary>Axes from the start of a tensor of this many dimensions, in order.</summary>
    internal static int[] AxesOf(IEnumerable<int> axes, int rank) => [.. axes.Select(axis => axis < 0 ? axis + rank : axis).Order()];

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        BatchReshape.CheckRank(this, inputShape, 2, null);
        foreach (int axis in AxesOf(inputShape.Rank))
        {
            if (axis < 1 || axis >= inputShape.Rank || inputShape[axis] < 0)
            {
                throw new TfLbfgsException(
                    $"{this}: expected an input whose dimensions [{string.Join(", ", _axes)}] come after the batch and have known sizes, "
                        + $"received {inputShape}.");
            }
        }

        if (InputShape is not null
            && AxesOf(inputShape.Rank).Any(axis => inputShape.Rank != InputShape.Rank || inputShape[axis] != InputShape[axis]))
            throw new TfLbfgsException($"{this}: expected an input like {InputShape}, for which it was built, received {inputShape}.");
    }

    /// <summary>Makes gamma and beta, of one size for each axis.</summary>
    private protected void AddScale(Shape inputShape)
    {
        Shape shape = Shape.Create([.. AxesOf(inputShape.Rank).Select(axis => inputShape[axis])]);
        if (_scale)
            Gamma = AddVariable("gamma", shape, _gammaOptions);
        if (_center)
            Beta = AddVariable("beta", shape, _betaOptions);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        AddScale(inputShape);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Axes("axis", ref _axes, FormOfAxis);
        fields.Number("epsilon", ref _epsilon, minimum: 0);
        fields.Flag("center", ref _center);
        fields.Flag("scale", ref _scale);
        WeightOptions.Describe(fields, ("beta", _betaOptions), ("gamma", _gammaOptions));
    }

    /// <summary>The dtype in which statistics are computed: at least float32.</summary>
    internal static DType StatisticsDType(Tensor input) => input.DType == DType.Float64 ? DType.Float64 : DType.Float32;

    /// <summary>(x - mean) / sqrt(variance + epsilon) · gamma + beta, for statistics that broadcast against x.</summary>
    private protected Tensor Normalize(Tensor x, Tensor mean, Tensor variance, Tensor? gamma, Tensor? beta)
    {
        Tensor factor = Tf.Math.Rsqrt(variance + _epsilon);
        if (gamma is not null)
            factor *= gamma;
        Tensor offset = -mean * factor;
        return (x * factor) + (beta is null ? offset : offset + beta);
    }

    /// <summary>A vector over the axes as a tensor that broadcasts against an input; as it is where the axes are the last ones.</summary>
    private protected Tensor? Broadcast(Variable? variable, Tensor x) =>
        variable is null ? null : Broadcast(Tf.Cast(variable.Value, x.DType), x);

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(value))]
    private protected Tensor? Broadcast(Tensor? value, Tensor x)
    {
        if (value is null)
            return null;
        int[] axes = AxesOf(x.Rank);
        if (axes.SequenceEqual(Enumerable.Range(x.Rank - axes.Length, axes.Length)))
            return value;
        long[] shape = [.. Enumerable.Range(0, x.Rank).Select(axis => axes.Contains(axis) ? x.Shape[axis] : 1)];
        return Tf.Reshape(value, Tensor.From<long>(shape));
    }
}
