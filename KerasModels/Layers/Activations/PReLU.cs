using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>The input where it is positive, a trained slope times it elsewhere. Python: <c>tf.keras.layers.PReLU</c>.</summary>
public sealed class PReLU : Layer
{
    private readonly WeightOptions _alphaOptions = new(new Zeros());
    private int[]? _sharedAxes;
    private Variable? _alpha;

    /// <summary>Creates a layer.</summary>
    /// <param name="sharedAxes">Dimensions along which all elements have one slope, the batch counted; null (default): none.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">An axis is below 1.</exception>
    public PReLU(IReadOnlyList<int>? sharedAxes = null, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _sharedAxes = sharedAxes?.ToArray();
        CheckFields();
    }

    /// <summary>Makes the first slopes; default <see cref="Zeros"/>.</summary>
    public Initializer AlphaInitializer
    {
        get => _alphaOptions.Initializer;
        init => _alphaOptions.Initializer = value;
    }

    /// <summary>A penalty on the slopes; null: none.</summary>
    public Regularizer? AlphaRegularizer
    {
        get => _alphaOptions.Regularizer;
        init => _alphaOptions.Regularizer = value;
    }

    /// <summary>A constraint on the slopes; null: none.</summary>
    public Constraint? AlphaConstraint
    {
        get => _alphaOptions.Constraint;
        init => _alphaOptions.Constraint = value;
    }

    /// <summary>Dimensions along which all elements have one slope; null: none.</summary>
    public IReadOnlyList<int>? SharedAxes => _sharedAxes;

    /// <summary>The slopes, of the shape of a sample; null before the layer is built.</summary>
    public Variable? Alpha => _alpha;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Tf.NN.Relu(input) - (_alpha!.Value * Tf.NN.Relu(-input));
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => Layers.SharedAxes.Check(this, inputShape, _sharedAxes, _alpha);

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _alpha = AddVariable("alpha", Shape.Create(Layers.SharedAxes.Of(this, inputShape, _sharedAxes)), _alphaOptions);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        WeightOptions.Describe(fields, ("alpha", _alphaOptions));
        fields.OptionalIntegers("shared_axes", ref _sharedAxes, minimum: 1);
    }
}
