using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>What several layers do to the values of images.</summary>
internal static class PixelValues
{
    /// <summary>The values of 8 bits.</summary>
    public static NumberRange Bytes { get; } = new(0, 255);

    /// <summary>Maps one range of values to another.</summary>
    public static Tensor Map(Tensor images, NumberRange from, NumberRange to) => from.Lower == to.Lower && from.Upper == to.Upper
        ? images
        : ((images - from.Lower) / (from.Upper - from.Lower) * (to.Upper - to.Lower)) + to.Lower;

    /// <summary>Values within a range.</summary>
    public static Tensor Clip(Tensor images, NumberRange range) => Tf.ClipByValue(images, range.Lower, range.Upper);

    /// <summary>The brightness of images, [batch, rows, columns, 1].</summary>
    public static Tensor Gray(Tensor images) => images.Shape[3] == 1 ? images : Tf.Image.RgbToGrayscale(images);

    /// <summary>Changes one of hue (0), saturation (1) and value (2).</summary>
    /// <param name="images">Images of red, green and blue.</param>
    /// <param name="channel">Which one.</param>
    /// <param name="change">From its values, [batch, rows, columns, 1], to new ones.</param>
    public static Tensor ChangeHsv(Tensor images, int channel, Func<Tensor, Tensor> change)
    {
        Tensor[] parts = Tf.Split(RawOps.RGBToHSV(images), 3, axis: 3);
        parts[channel] = change(parts[channel]);
        return RawOps.HSVToRGB(Tf.Concat(parts, 3));
    }

    /// <summary>Convolves each channel with one kernel, padded with 0.</summary>
    /// <param name="images">The images.</param>
    /// <param name="kernel">The kernel, [rows, columns].</param>
    public static Tensor Filter(Tensor images, Tensor kernel) =>
        Tf.NN.DepthwiseConv2D(images,
            Tf.Tile(Tf.Reshape(kernel, [.. kernel.Shape.ToArray(), 1, 1]), 1, 1, checked((int)images.Shape[3]), 1), [1], "SAME");

    /// <summary>Refuses images that are not of a known number of channels.</summary>
    public static void RequireChannels(Layer layer, Shape inputShape, DataFormat format, params IReadOnlyList<long> allowed)
    {
        long channels = inputShape[format == DataFormat.ChannelsFirst ? inputShape.Rank - 3 : inputShape.Rank - 1];
        if (channels < 0 || (allowed.Count > 0 && !allowed.Contains(channels)))
            throw new TfLbfgsException($"{layer}: expected images of "
                + $"{(allowed.Count == 0 ? "a known number of" : string.Join(" or ", allowed))} channels, received {inputShape}.");
    }
}
