using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The input where it is positive, alpha · (exp(x) - 1) elsewhere. Python: <c>tf.keras.layers.ELU</c>.</summary>
public sealed class ELU : Layer
{
    private double _alpha = 1;

    /// <summary>Creates a layer.</summary>
    /// <param name="alpha">The factor for negative inputs; default 1.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public ELU(double alpha = 1, string? name = null, DTypePolicy? dtype = null) : base(name, dtype) => _alpha = alpha;

    /// <summary>The factor for negative inputs.</summary>
    public double Alpha => _alpha;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context) => new EluActivation(_alpha).Compute(input);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("alpha", ref _alpha);
    }
}
