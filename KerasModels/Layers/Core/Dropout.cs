using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, sets a random part of the elements to 0 and scales the others up, so that the mean stays; otherwise passes its input on.
/// Each pass of a training draws a new mask; the evaluations of an objective all
/// have one. Python: <c>tf.keras.layers.Dropout</c>.
/// </summary>
public sealed class Dropout : NoiseLayer
{
    private Shape? _noiseShape;

    /// <summary>Creates a layer.</summary>
    /// <param name="rate">The part that is dropped, from 0 to 1.</param>
    /// <param name="seed">The seed of the masks; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The rate is not from 0 to 1.</exception>
    public Dropout(double rate, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(rate, seed, name, dtype) => CheckFields();

    internal Dropout()
    {
    }

    /// <summary>The part that is dropped.</summary>
    public double Rate => Amount;

    /// <summary>Dimensions along which one mask holds for all elements (1), the batch first; null: one per element.</summary>
    public Shape? NoiseShape
    {
        get => _noiseShape;
        init => _noiseShape = value;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Shape("noise_shape", ref _noiseShape);
    }

    private protected override Tensor Disturb(Tensor input, SeedGenerator random, CallContext context) =>
        Drop(input, MaskShape(input, _noiseShape), random, context);
}
