using TfLbfgs.Runtime;
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
            return FirstChannels(a,
                Tf.Image.Resize(LastChannels(a, a.Tensor("images")), size[0], size[1], a.Text("interpolation", "bilinear"),
                a.Flag("antialias")));
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
        table.Add("GaussianBlur", "images", a =>
        {
            int[] size = a.Ints("kernel_size", 2, 3);
            double[] sigma = a.Numbers("sigma", 2, 1);
            Tensor x = LastChannels(a, a.Tensor("images"));
            // Keras lays the columns of an oblong kernel out as rows.
            double[] across = Gaussian(size[0], sigma[0]), down = Gaussian(size[1], sigma[1]);
            double[] kernel = [.. down.SelectMany(row => across.Select(column => row * column))];
            return FirstChannels(a, PixelValues.Filter(x, Tf.Cast(Tensor.From<double>(kernel, [size[0], size[1]]), x.DType)));
        });
        table.Add("SobelEdges", "images", a => Tf.Image.SobelEdges(LastChannels(a, a.Tensor("images"))));
        table.Add("AffineTransform", "images transform", a =>
        {
            Tensor map = a.Tensor("transform");
            return Transform(a, map.Rank == 1 ? Tf.ExpandDims(map, 0) : map, a.Text("fill_mode", "constant"));
        });
        table.Add("PerspectiveTransform", "images start_points end_points", a =>
        {
            Tensor start = Points("start_points"), end = Points("end_points");
            return Transform(a, Homography.Between(end[.., .., 0], end[.., .., 1], start[.., .., 0], start[.., .., 1]), "constant");

            Tensor Points(string name)
            {
                Tensor points = Tf.Cast(a.Tensor(name), DType.Float32);
                return points.Rank == 2 ? Tf.ExpandDims(points, 0) : points;
            }
        });
        table.Add("MapCoordinates", "inputs coordinates", a => ImageSampling.At(
            a.Tensor("inputs"), Tf.Unstack(a.Tensor("coordinates")),
            a.Int("order") switch
            {
                0 => Interpolation.Nearest,
                1 => Interpolation.Bilinear,
                var order => throw a.Fail($"expected the order 0 or 1, received {order}."),
            },
            Filling(a, a.Text("fill_mode", "constant")), a.Number("fill_value", 0)));
        table.Add("ScaleAndTranslate", "images output_shape scale translation", a =>
        {
            int[] axes = a.Ints("spatial_dims");
            string kernel = a.Text("method", "linear") switch
            {
                "linear" => "triangle",
                "cubic" => "keyscubic",
                var other => other,
            };
            if (axes is not [1, 2])
                throw a.Fail($"expected the spatial dimensions 1 and 2, received {string.Join(", ", axes)}.");
            return RawOps.ScaleAndTranslate(
                a.Tensor("images"), a.Integers("output_shape")[1..3], Tf.Cast(a.Tensor("scale"), DType.Float32),
                Tf.Cast(a.Tensor("translation"), DType.Float32), kernel, a.Flag("antialias", true));
        });
        table.Add("SSIM", "image1 image2", a => Tf.Image.Ssim(
            LastChannels(a, a.Tensor("image1")), LastChannels(a, a.Tensor("image2")), a.Number("max_val", 1), a.Int("filter_size", 11),
            a.Number("filter_sigma", 1.5), a.Number("k1", 0.01), a.Number("k2", 0.03)));
        table.Add("ExtractPatches", "images", a =>
        {
            int[] size = a.Ints("size", 2, 1), strides = a.Has("strides")
                ? a.Ints("strides", 2, 1) : size, rates = a.Ints("dilation_rate", 2, 1);
            return FirstChannels(a,
                Tf.Image.ExtractPatches(LastChannels(a, a.Tensor("images")), [1, .. size, 1], [1, .. strides, 1], [1, .. rates, 1],
                Padding(a)));
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

    private static double[] Gaussian(int size, double sigma)
    {
        double[] weights =
            [.. Enumerable.Range(0, size).Select(i => i - ((size - 1) / 2.0)).Select(x => Math.Exp(-0.5 * (x / sigma) * (x / sigma)))];
        return Array.ConvertAll(weights, weight => weight / weights.Sum());
    }

    private static Tensor Transform(OperationArguments a, Tensor map, string fillMode)
    {
        Tensor x = LastChannels(a, a.Tensor("images"));
        map = Tf.Cast(map, DType.Float32);
        Interpolation interpolation = a.Text("interpolation", "bilinear") switch
        {
            "bilinear" => Interpolation.Bilinear,
            "nearest" => Interpolation.Nearest,
            var other => throw a.Fail($"expected the interpolation bilinear or nearest, received '{other}'."),
        };
        Tensor Warped(Tensor images) => Homography.Apply(images, map, interpolation, Filling(a, fillMode), a.Number("fill_value", 0));
        return x.Rank == 3 ? Tf.Squeeze(Warped(Tf.ExpandDims(x, 0)), 0) : FirstChannels(a, Warped(x));
    }

    private static FillMode Filling(OperationArguments a, string name) => name switch
    {
        "constant" => FillMode.Constant,
        "nearest" => FillMode.Nearest,
        "wrap" => FillMode.Wrap,
        "reflect" => FillMode.Reflect,
        "mirror" => FillMode.Mirror,
        _ => throw a.Fail($"expected the fill mode constant, nearest, wrap, mirror or reflect, received '{name}'."),
    };
}
