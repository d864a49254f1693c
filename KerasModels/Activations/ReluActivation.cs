using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x above a threshold, a slope times its distance from it below. Python: <c>tf.keras.activations.relu</c>.</summary>
/// <param name="negativeSlope">The slope below the threshold; default 0. Keras 2 calls it alpha.</param>
/// <param name="maximum">Where larger values are cut; null (default): nowhere.</param>
/// <param name="threshold">The threshold; default 0.</param>
[KerasName("relu")]
public sealed class ReluActivation(double negativeSlope = 0, double? maximum = null, double threshold = 0) : ActivationFunction
{
    private double _negativeSlope = negativeSlope;
    private double? _maximum = maximum;
    private double _threshold = threshold;
    private KerasGeneration _origin = KerasGeneration.Keras3;

    /// <summary>The slope below the threshold.</summary>
    public double NegativeSlope => _negativeSlope;

    /// <summary>Where larger values are cut; null: nowhere.</summary>
    public double? Maximum => _maximum;

    /// <summary>The threshold.</summary>
    public double Threshold => _threshold;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input) => Relu(input, _negativeSlope, _maximum, _threshold, _origin);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Origin(ref _origin);
        bool isKeras2 = fields.Generation == KerasGeneration.Keras2;
        fields.Number(isKeras2 ? "alpha" : "negative_slope", ref _negativeSlope, alias: isKeras2 ? "negative_slope" : "alpha");
        fields.OptionalNumber("max_value", ref _maximum);
        fields.Number("threshold", ref _threshold);
    }

    private protected override (string Layer, JsonObject Config)? LayerForm(KerasGeneration generation) =>
        ("ReLU", new JsonObject { ["max_value"] = _maximum, ["negative_slope"] = _negativeSlope, ["threshold"] = _threshold });

    /// <summary>
    /// The formula inside a scope of the caller, as Keras computes it, so that infinities, NaN and the gradients at kinks agree too.
    /// </summary>
    internal static Tensor Relu(Tensor x, double slope, double? maximum, double threshold, KerasGeneration generation)
    {
        if (slope != 0 && maximum is null && threshold == 0)
            return RawOps.LeakyRelu(x, (float)slope);
        Tensor? negative = slope == 0 ? null : RawOps.Relu(threshold == 0 ? -x : -x + threshold);
        Tensor result;
        if (threshold != 0)
        {
            // Keras 2 multiplies by 0, which makes NaN of -inf; Keras 3 selects.
            result = generation == KerasGeneration.Keras2
                ? x * RawOps.Cast(x > threshold, x.DType)
                : RawOps.SelectV2(x > threshold, x, Tensor.Scalar(0, x.DType));
        }
        else
        {
            result = maximum == 6 ? RawOps.Relu6(x) : RawOps.Relu(x);
        }

        if (maximum is { } top && !(threshold == 0 && top == 6))
            result = Clipping.Clip(result, 0, top);
        return negative is null ? result : result - (negative * slope);
    }
}
