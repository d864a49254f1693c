using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Passes its input on and adds a penalty on it, divided by the batch size. Python: <c>tf.keras.layers.ActivityRegularization</c>.
/// </summary>
public sealed class ActivityRegularization : Layer
{
    private double _l1;
    private double _l2;

    /// <summary>Creates a layer.</summary>
    /// <param name="l1">The factor of the sum of magnitudes; default 0.</param>
    /// <param name="l2">The factor of the sum of squares; default 0.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public ActivityRegularization(double l1 = 0, double l2 = 0, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _l1 = l1;
        _l2 = l2;
    }

    /// <summary>The factor of the sum of magnitudes.</summary>
    public double L1 => _l1;

    /// <summary>The factor of the sum of squares.</summary>
    public double L2 => _l2;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor rows = Tf.Cast(RawOps.Shape(input, Runtime.DType.Int64)[0], input.DType);
        context.AddLoss(new L1L2(_l1, _l2).Compute(input) / rows);
        return input;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("l1", ref _l1);
        fields.Number("l2", ref _l2);
    }
}
