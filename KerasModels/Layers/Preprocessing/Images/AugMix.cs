using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Blends images with several changed copies of them in training. Each copy goes through a chain of up to <see cref="ChainDepth"/> layers
/// that are chosen at random, the same for the whole batch. Python: <c>keras.layers.AugMix</c>; Hendrycks et al., arXiv:1912.02781.
/// </summary>
[KerasName("AugMix", Generation = KerasGeneration.Keras3)]
public sealed class AugMix : RandomImageLayer
{
    private NumberRange _valueRange = PixelValues.Bytes;
    private int _chains = 3;
    private int _chainDepth = 3;
    private NumberRange _factor = new(0, 0.3);
    private double _alpha = 1;
    private bool _changesColors = true;
    private Interpolation _interpolation = Interpolation.Bilinear;
    private IReadOnlyList<Layer> _choices = [];

    /// <summary>Creates a layer.</summary>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="chains">The number of changed copies, at least 1; default 3. Python: <c>num_chains</c>.</param>
    /// <param name="chainDepth">The largest number of layers of a chain; default 3. Python: <c>chain_depth</c>.</param>
    /// <param name="factor">The factor of each layer, from 0 to 1; null (default): 0 and 0.3.</param>
    /// <param name="alpha">The parameter of the Dirichlet and the beta distribution of the weights, above 0; default 1.</param>
    /// <param name="changesColors">Whether brightness, color, contrast and sharpness may change; default true. Python:
    /// <c>all_ops</c>.</param>
    /// <param name="interpolation">How elements follow from old ones: bilinear (default) or nearest.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is out of range.</exception>
    public AugMix(
        NumberRange? valueRange = null, int chains = 3, int chainDepth = 3, NumberRange? factor = null, double alpha = 1,
        bool changesColors = true, Interpolation interpolation = Interpolation.Bilinear, long? seed = null,
        DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null, DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _valueRange = valueRange ?? PixelValues.Bytes;
        _chains = chains;
        _chainDepth = chainDepth;
        _factor = factor ?? new NumberRange(0, 0.3);
        _alpha = alpha;
        _changesColors = changesColors;
        _interpolation = interpolation;
        CheckFields();
        MakeChoices();
    }

    /// <summary>The number of changed copies.</summary>
    public int Chains => _chains;

    /// <summary>The largest number of layers of a chain.</summary>
    public int ChainDepth => _chainDepth;

    /// <summary>The factor of each layer.</summary>
    public NumberRange Factor => _factor;

    /// <summary>The parameter of the distributions of the weights.</summary>
    public double Alpha => _alpha;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tensor alpha = Tensor.Scalar((float)_alpha);
        Tensor weights = Random.Gamma(context, Tensor.From<long>([_chains]), alpha);
        weights = Tf.Cast(weights / Tf.ReduceSum(weights), images.DType);
        Tensor kept = Tf.Cast(Random.Beta(context, Tensor.From<long>(Array.Empty<long>()), alpha), images.DType);
        Tensor mixed = Tf.ZerosLike(images);
        for (int chain = 0; chain < _chains; chain++)
        {
            Tensor copy = images;
            for (int i = 0; i < _chainDepth; i++)
                copy = Augmentations.Apply(_choices, copy, Tf.Floor(DrawOne(images, context, (0, _choices.Count + 1))));
            mixed += copy * weights[chain];
        }

        return PixelValues.Clip((kept * images) + ((1 - kept) * mixed), _valueRange);
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
        fields.Range("value_range", ref _valueRange);
        fields.Integer("num_chains", ref _chains, minimum: 1);
        fields.Integer("chain_depth", ref _chainDepth, minimum: 0);
        fields.Range("factor", ref _factor, 0, 1, overlaps: true);
        fields.Number("alpha", ref _alpha, positive: true);
        fields.Flag("all_ops", ref _changesColors);
        fields.Choice("interpolation", ref _interpolation, ("bilinear", Interpolation.Bilinear), ("nearest", Interpolation.Nearest));
        if (fields.IsReading)
            MakeChoices();
    }

    private void MakeChoices() => _choices = Augmentations.Create(_factor, _interpolation, _valueRange, Seed, _changesColors);
}
