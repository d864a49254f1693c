using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// alpha · log(1 + exp(beta · x)), with trained alpha and beta of each element of a sample. Python:
/// <c>keras.layers.ParametricSoftplus</c> of Keras 1.
/// </summary>
public sealed class ParametricSoftplus : Layer
{
    private double _alphaInit = 0.2;
    private double _betaInit = 5;
    private int[]? _sharedAxes;
    private Variable? _alphas;
    private Variable? _betas;

    /// <summary>Creates a layer.</summary>
    /// <param name="alphaInit">The first alpha; default 0.2.</param>
    /// <param name="betaInit">The first beta; default 5.</param>
    /// <param name="sharedAxes">Dimensions along which all elements have one alpha and beta, the batch counted; null (default):
    /// none.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">An axis is below 1.</exception>
    public ParametricSoftplus(double alphaInit = 0.2, double betaInit = 5, IReadOnlyList<int>? sharedAxes = null, string? name = null,
        DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _alphaInit = alphaInit;
        _betaInit = betaInit;
        _sharedAxes = sharedAxes?.ToArray();
        CheckFields();
    }

    /// <summary>The factors, of the shape of a sample; null before the layer is built.</summary>
    public Variable? Alphas => _alphas;

    /// <summary>The factors of the input, of the shape of a sample; null before the layer is built.</summary>
    public Variable? Betas => _betas;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context) => RawOps.Softplus(input * _betas!.Value) * _alphas!.Value;

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => SharedAxes.Check(this, inputShape, _sharedAxes, _alphas);

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        Shape shape = Shape.Create(SharedAxes.Of(this, inputShape, _sharedAxes));
        _alphas = AddVariable("alphas", shape, new Constant(_alphaInit));
        _betas = AddVariable("betas", shape, new Constant(_betaInit));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("alpha_init", ref _alphaInit);
        fields.Number("beta_init", ref _betaInit);
        fields.OptionalIntegers("shared_axes", ref _sharedAxes, minimum: 1);
    }
}
