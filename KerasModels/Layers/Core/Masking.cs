using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Masks the steps whose features all equal a value, and sets them to 0: from [batch, steps, features] to the same shape. Python:
/// <c>tf.keras.layers.Masking</c>.
/// </summary>
public sealed class Masking : Layer
{
    private double _maskValue;

    /// <summary>Creates a layer.</summary>
    /// <param name="maskValue">The value; default 0.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Masking(double maskValue = 0, string? name = null, DTypePolicy? dtype = null) : base(name, dtype) => _maskValue = maskValue;

    /// <summary>The value.</summary>
    public double MaskValue => _maskValue;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor counts = Tf.ReduceAny(Tf.NotEqual(input, Tensor.Scalar(_maskValue, input.DType)), -1, keepDims: true);
        Tensor output = Tf.Where(counts, input, Tensor.Scalar(0, input.DType));
        context.SetMask(output, Tf.Squeeze(counts, -1));
        return output;
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => BatchReshape.CheckRank(this, inputShape, 2, null);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("mask_value", ref _maskValue);
    }
}
