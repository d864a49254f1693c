using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The input above a threshold, a slope times its distance from it below, cut at a maximum. Python: <c>tf.keras.layers.ReLU</c>.
/// </summary>
public sealed class ReLU : Layer
{
    private double? _maximum;
    private double _negativeSlope;
    private double _threshold;
    private KerasGeneration _origin = KerasGeneration.Keras3;

    /// <summary>Creates a layer.</summary>
    /// <param name="maximum">Where larger values are cut, at least 0; null (default): nowhere. Python: <c>max_value</c>.</param>
    /// <param name="negativeSlope">The slope below the threshold, at least 0; default 0.</param>
    /// <param name="threshold">The threshold, at least 0; default 0.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is negative.</exception>
    public ReLU(double? maximum = null, double negativeSlope = 0, double threshold = 0, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _maximum = maximum;
        _negativeSlope = negativeSlope;
        _threshold = threshold;
        CheckFields();
    }

    /// <summary>Where larger values are cut; null: nowhere.</summary>
    public double? Maximum => _maximum;

    /// <summary>The slope below the threshold.</summary>
    public double NegativeSlope => _negativeSlope;

    /// <summary>The threshold.</summary>
    public double Threshold => _threshold;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context) =>
        ReluActivation.Relu(input, _negativeSlope, _maximum, _threshold, _origin);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        fields.OptionalNumber("max_value", ref _maximum, minimum: 0);
        fields.Number("negative_slope", ref _negativeSlope, minimum: 0);
        fields.Number("threshold", ref _threshold, minimum: 0);
    }
}
