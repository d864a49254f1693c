using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Blends each image of a batch with another one in training. Python: <c>keras.layers.MixUp</c>.</summary>
[KerasName("MixUp", Generation = KerasGeneration.Keras3)]
public sealed class MixUp : RandomMix
{
    private double _alpha = 0.2;

    /// <summary>Creates a layer.</summary>
    /// <param name="alpha">Both parameters of the beta distribution of the weights, above 0; default 0.2.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is not above 0.</exception>
    public MixUp(double alpha = 0.2, long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null) : base(seed, dataFormat, name, dtype)
    {
        _alpha = alpha;
        CheckFields();
    }

    /// <summary>Both parameters of the beta distribution of the weights.</summary>
    public double Alpha => _alpha;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("alpha", ref _alpha, positive: true);
    }

    private protected override Mixture Mix(Tensor images, CallContext context)
    {
        Tensor order = DrawOrder(images, context), weight = DrawBeta(images, context, Tensor.Scalar((float)_alpha));
        return new Mixture((weight * images) + ((1 - weight) * Tf.Gather(images, order)), order, weight);
    }
}
