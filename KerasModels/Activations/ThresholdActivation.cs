using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x above a threshold, otherwise a value. Python: <c>tf.keras.activations.threshold</c>.</summary>
/// <param name="threshold">The threshold.</param>
/// <param name="value">The value up to the threshold.</param>
[KerasName("threshold", Generation = KerasGeneration.Keras3)]
public sealed class ThresholdActivation(double threshold = 0, double value = 0) : ActivationFunction
{
    private double _threshold = threshold;
    private double _value = value;

    /// <summary>The threshold.</summary>
    public double Threshold => _threshold;

    /// <summary>The value up to the threshold.</summary>
    public double Value => _value;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) =>
        RawOps.SelectV2(input > _threshold, input, Tensor.Scalar(_value, input.DType));

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("threshold", ref _threshold, required: true);
        fields.Number("default_value", ref _value, required: true);
    }
}
