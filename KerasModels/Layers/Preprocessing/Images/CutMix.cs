using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Replaces a rectangle of each image of a batch by that of another one in training. Python: <c>keras.layers.CutMix</c>.</summary>
[KerasName("CutMix", Generation = KerasGeneration.Keras3)]
public sealed class CutMix : RandomMix
{
    private NumberRange _factor = new(0, 1);

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What both parameters of the beta distribution of the weights lie between, from 0 to 1; null (default): 0 and
    /// 1.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The factor is out of range.</exception>
    public CutMix(NumberRange? factor = null, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(seed, dataFormat, name, dtype)
    {
        _factor = factor ?? new NumberRange(0, 1);
        CheckFields();
    }

    /// <summary>What both parameters of the beta distribution of the weights lie between.</summary>
    public NumberRange Factor => _factor;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, 0, 1, overlaps: true);
    }

    private protected override Mixture Mix(Tensor images, CallContext context)
    {
        Tensor alpha = Tf.Cast(DrawOne(images, context, _factor), DType.Float32) + 1e-6;
        Tensor side = Tf.Sqrt(1 - DrawBeta(images, context, alpha));
        RandomRectangle rectangle =
            RandomRectangle.Of(images, side, side, DrawEach(images, context, (0, 1)), DrawEach(images, context, (0, 1)));
        Tensor order = DrawOrder(images, context);
        return new Mixture(Tf.Where(rectangle.IsInside, Tf.Gather(images, order), images), order, 1 - rectangle.Share);
    }
}
