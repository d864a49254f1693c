using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Blurs images in training, each with a probability and all to one extent. Python: <c>keras.layers.RandomGaussianBlur</c>.
/// </summary>
[KerasName("RandomGaussianBlur", Generation = KerasGeneration.Keras3)]
public sealed class RandomGaussianBlur : RandomImageLayer
{
    private NumberRange _factor = new(0, 1);
    private int[] _kernelSize = [3, 3];
    private NumberRange _sigma = new(0, 1);
    private NumberRange _valueRange = PixelValues.Bytes;

    /// <summary>Creates a layer.</summary>
    /// <param name="factor">What the probability of an image lies between, from 0 to 1; null (default): 0 and 1.</param>
    /// <param name="kernelSize">The size of the kernel, odd; null (default): 3.</param>
    /// <param name="sigma">What the standard deviations of the kernel lie between, from 0 to 1; null (default): 0 and 1.</param>
    /// <param name="valueRange">The smallest and the largest value of images; null (default): 0 and 255.</param>
    /// <param name="seed">The seed of the random numbers; null: one that follows from the layer's name.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is out of range.</exception>
    public RandomGaussianBlur(
        NumberRange? factor = null, Extents? kernelSize = null, NumberRange? sigma = null, NumberRange? valueRange = null,
            long? seed = null, DataFormat dataFormat = DataFormat.ChannelsLast, string? name = null,
        DTypePolicy? dtype = null)
        : base(seed, dataFormat, name, dtype)
    {
        _factor = factor ?? new NumberRange(0, 1);
        _kernelSize = kernelSize?.For(2, "kernelSize") ?? [3, 3];
        _sigma = sigma ?? new NumberRange(0, 1);
        _valueRange = valueRange ?? PixelValues.Bytes;
        CheckFields();
    }

    /// <summary>What factors lie between.</summary>
    public NumberRange Factor => _factor;

    /// <summary>The smallest and the largest value of images.</summary>
    public NumberRange ValueRange => _valueRange;

    /// <inheritdoc/>
    protected override Tensor TransformAtRandom(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tensor chosen = Choose(images, context, _factor);
        Tensor across = Gaussian(_kernelSize[0], DrawOne(images, context, _sigma)),
            down = Gaussian(_kernelSize[1], DrawOne(images, context, _sigma));
        // Keras lays the columns of an oblong kernel out as rows.
        Tensor kernel = Tf.Reshape(Tf.ExpandDims(down, 1) * across, [_kernelSize[0], _kernelSize[1]]);
        return PixelValues.Clip(Tf.Where(chosen, PixelValues.Filter(images, kernel), images), _valueRange);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        PixelValues.RequireChannels(this, inputShape, DataFormat);
    }

    private static Tensor Gaussian(int size, Tensor sigma)
    {
        Tensor distance = HostArrays.ToTensor([.. Enumerable.Range(0, size).Select(i => i - ((size - 1) / 2.0))], sigma.DType, [size]);
        Tensor weights = Tf.Exp(-0.5 * Tf.Square(distance / (sigma + 1e-6)));
        return weights / Tf.ReduceSum(weights);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Range("factor", ref _factor, 0, 1, overlaps: true);
        fields.Integers("kernel_size", ref _kernelSize, count: 2, minimum: 1);
        fields.Range("sigma", ref _sigma, 0, 1, overlaps: true);
        fields.Range("value_range", ref _valueRange);
        if (_kernelSize.Any(size => size % 2 == 0))
            throw fields.Fail($"expected kernel_size to be odd, received [{string.Join(", ", _kernelSize)}].");
    }
}
