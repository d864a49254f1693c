using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The input between two trained bounds, and below and above them lines with trained slopes; the upper bound is t_left + |t_right|.
/// Python: <c>keras.layers.SReLU</c> of Keras 1.
/// </summary>
public sealed class SReLU : Layer
{
    private readonly WeightOptions _leftBound = new(new Zeros());
    private readonly WeightOptions _leftSlope = new(new GlorotUniform());
    private readonly WeightOptions _rightBound = new(new GlorotUniform());
    private readonly WeightOptions _rightSlope = new(new Ones());
    private int[]? _sharedAxes;
    private Variable? _left;
    private Variable? _slopeBelow;
    private Variable? _right;
    private Variable? _slopeAbove;

    /// <summary>Creates a layer.</summary>
    /// <param name="sharedAxes">Dimensions along which all elements have the same bounds and slopes, the batch counted; null (default):
    /// none.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">An axis is below 1.</exception>
    public SReLU(IReadOnlyList<int>? sharedAxes = null, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _sharedAxes = sharedAxes?.ToArray();
        CheckFields();
    }

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        Tensor left = _left!.Value, right = left + Tf.Abs(_right!.Value);
        Tensor below = Tf.Minimum(input - left, 0) * _slopeBelow!.Value, above = Tf.NN.Relu(input - right) * _slopeAbove!.Value;
        return left + below + Tf.Minimum(Tf.NN.Relu(input - left), right - left) + above;
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => SharedAxes.Check(this, inputShape, _sharedAxes, _left);

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        Shape shape = Shape.Create(SharedAxes.Of(this, inputShape, _sharedAxes));
        _left = AddVariable("t_left", shape, _leftBound);
        _slopeBelow = AddVariable("a_left", shape, _leftSlope);
        _right = AddVariable("t_right", shape, _rightBound);
        _slopeAbove = AddVariable("a_right", shape, _rightSlope);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        WeightOptions.Describe(fields, ("t_left", _leftBound), ("a_left", _leftSlope), ("t_right", _rightBound), ("a_right", _rightSlope));
        fields.OptionalIntegers("shared_axes", ref _sharedAxes, minimum: 1);
    }
}
