using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddImages(OperationTable table)
    {
        table.Add("RGBToGrayscale", "images", a => FirstChannels(a, Tf.Image.RgbToGrayscale(LastChannels(a, a.Tensor("images")))));
        table.Add("RGBToHSV", "images", a => FirstChannels(a, RawOps.RGBToHSV(LastChannels(a, a.Tensor("images")))));
        table.Add("HSVToRGB", "images", a => FirstChannels(a, RawOps.HSVToRGB(LastChannels(a, a.Tensor("images")))));
        table.Add("Resize", "images", a =>
        {
            if (a.Flag("crop_to_aspect_ratio") || a.Flag("pad_to_aspect_ratio"))
                throw a.Fail(
                    "expected a resize without 'crop_to_aspect_ratio' and 'pad_to_aspect_ratio'; use the Resizing layer for these.");
            int[] size = a.Ints("size");
            return FirstChannels(a, Tf.Image.Resize(LastChannels(a, a.Tensor("images")), size[0], size[1], a.Text("interpolation", "bilinear"), a.Flag("antialias")));
        });
        table.Add("PadImages", "images", a =>
        {
            Tensor x = LastChannels(a, a.Tensor("images"));
            (int top, int bottom) = Margins(a, "top_padding", "bottom_padding", "target_height", x.Shape[1], grows: true);
            (int left, int right) = Margins(a, "left_padding", "right_padding", "target_width", x.Shape[2], grows: true);
            return FirstChannels(a, Tf.Pad(x, new[,] { { 0, 0 }, { top, bottom }, { left, right }, { 0, 0 } }));
        });
        table.Add("CropImages", "images", a =>
        {
            Tensor x = LastChannels(a, a.Tensor("images"));
            (int top, int bottom) = Margins(a, "top_cropping", "bottom_cropping", "target_height", x.Shape[1], grows: false);
            (int left, int right) = Margins(a, "left_cropping", "right_cropping", "target_width", x.Shape[2], grows: false);
            return FirstChannels(a, x[.., top..^bottom, left..^right]);
        });
        table.Add("ExtractPatches", "images", a =>
        {
            int[] size = a.Ints("size", 2, 1), strides = a.Has("strides") ? a.Ints("strides", 2, 1) : size, rates = a.Ints("dilation_rate", 2, 1);
            return FirstChannels(a, Tf.Image.ExtractPatches(LastChannels(a, a.Tensor("images")), [1, .. size, 1], [1, .. strides, 1], [1, .. rates, 1], Padding(a)));
        });
    }

    // Two of margin, opposite margin and size after it determine the third.
    private static (int Before, int After) Margins(OperationArguments a, string before, string after, string target, long size, bool grows)
    {
        int? first = a.OptionalInt(before), second = a.OptionalInt(after);
        if (first is { } both && second is { } other)
            return (both, other);
        if (a.OptionalInt(target) is not { } wanted || size < 0)
            throw a.Fail($"expected two of '{before}', '{after}' and '{target}' for images of a known size.");
        int total = grows ? wanted - (int)size : (int)size - wanted;
        return first is { } head ? (head, total - head) : second is { } tail ? (total - tail, tail) : (total / 2, total - (total / 2));
    }
}
