using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>x above 0, alpha (exp(x) - 1) below. Python: <c>tf.keras.activations.elu</c>.</summary>
/// <param name="alpha">The scale below 0; default 1.</param>
[KerasName("elu")]
public sealed class EluActivation(double alpha = 1) : ActivationFunction
{
    private double _alpha = alpha;

    /// <summary>The scale below 0; default 1.</summary>
    public double Alpha => _alpha;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input)
    {
        Tensor elu = RawOps.Elu(input);
        return _alpha == 1 ? elu : RawOps.SelectV2(input > 0, elu, elu * _alpha);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Number("alpha", ref _alpha);
    }

    private protected override (string Layer, JsonObject Config)? LayerForm(KerasGeneration generation) =>
        ("ELU", new JsonObject { ["alpha"] = _alpha });
}
