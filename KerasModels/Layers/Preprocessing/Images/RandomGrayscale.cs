using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Makes images gray in training, each with a probability. Python: <c>keras.layers.RandomGrayscale</c>.</summary>
[KerasName("RandomGrayscale", Generation = KerasGeneration.Keras3)]
public sealed class RandomGrayscale : RandomImageLayer
{
    private double _factor = 0.5;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">The probability, from 0 to 1; default 0.5.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public RandomGrayscale(
        double factor = 0.5, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor;
        CheckFields();
    }

    /// <summary>The probability.</summary>
    public double Factor => _factor;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Tf.Where(DrawEach(images, context, (0, 1)) < _factor, PixelValues.Gray(images), images);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        PixelValues.RequireChannels(this, inputShape, DataFormat, 1, 3);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("factor", ref _factor, minimum: 0, maximum: 1);
    }
}
