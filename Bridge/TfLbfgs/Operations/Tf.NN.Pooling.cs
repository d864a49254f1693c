using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Pooling. Arguments as in the convolutions; <c>ksize</c> is the size of the window.</content>
    public static partial class NN
    {
        /// <summary>
        /// The means of windows in one, two or three spatial dimensions, as many as the input has. Python: <c>tf.nn.avg_pool</c>.
        /// </summary>
        /// <param name="input">The signal, shape [batch, space..., channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat">Null: channels last; <c>NC...</c>: second.</param>
        /// <returns>The means, shape [batch, space'..., channels].</returns>
        public static Tensor AvgPool(Tensor input, int[] ksize, int[] strides, string padding, string? dataFormat = null) =>
            ByRank(input, "AvgPool") switch
            {
                3 => AvgPool1D(input, ksize, strides, padding, dataFormat ?? "NWC"),
                4 => AvgPool2D(input, ksize, strides, padding, dataFormat ?? "NHWC"),
                _ => AvgPool3D(input, ksize, strides, padding, dataFormat ?? "NDHWC"),
            };

        /// <summary>The means of windows of sequences. Python: <c>tf.nn.avg_pool1d</c>.</summary>
        /// <param name="input">The sequences, shape [batch, width, channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The step.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NWC</c>, the default, or <c>NCW</c>.</param>
        /// <returns>The means, shape [batch, width', channels].</returns>
        public static Tensor AvgPool1D(Tensor input, int[] ksize, int[] strides, string padding, string dataFormat = "NWC") =>
            Pool1D((x, sizes, steps, format) => RawOps.AvgPool(x, sizes, steps, padding, format), input, ksize, strides, dataFormat);

        /// <summary>The means of windows of images. Python: <c>tf.nn.avg_pool2d</c>.</summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <returns>The means, shape [batch, height', width', channels].</returns>
        public static Tensor AvgPool2D(Tensor input, int[] ksize, int[] strides, string padding, string dataFormat = "NHWC")
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.AvgPool(input, Sizes(ksize, 2, first, "sizes"), Sizes(strides, 2, first, "strides"), padding, dataFormat);
        }

        /// <summary>The means of windows of volumes. Python: <c>tf.nn.avg_pool3d</c>.</summary>
        /// <param name="input">The volumes, shape [batch, depth, height, width, channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NDHWC</c>, the default, or <c>NCDHW</c>.</param>
        /// <returns>The means, shape [batch, depth', height', width', channels].</returns>
        public static Tensor AvgPool3D(Tensor input, int[] ksize, int[] strides, string padding, string dataFormat = "NDHWC")
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.AvgPool3D(input, Sizes(ksize, 3, first, "sizes"), Sizes(strides, 3, first, "strides"), padding, dataFormat);
        }

        /// <summary>
        /// The maxima of windows in one, two or three spatial dimensions, as many as the input has. Python: <c>tf.nn.max_pool</c>.
        /// </summary>
        /// <param name="input">The signal, shape [batch, space..., channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat">Null: channels last; <c>NC...</c>: second.</param>
        /// <returns>The maxima, shape [batch, space'..., channels].</returns>
        public static Tensor MaxPool(Tensor input, int[] ksize, int[] strides, string padding, string? dataFormat = null) =>
            ByRank(input, "MaxPool") switch
            {
                3 => MaxPool1D(input, ksize, strides, padding, dataFormat ?? "NWC"),
                4 => MaxPool2D(input, ksize, strides, padding, dataFormat ?? "NHWC"),
                _ => MaxPool3D(input, ksize, strides, padding, dataFormat ?? "NDHWC"),
            };

        /// <summary>The maxima of windows of sequences. Python: <c>tf.nn.max_pool1d</c>.</summary>
        /// <param name="input">The sequences, shape [batch, width, channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The step.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NWC</c>, the default, or <c>NCW</c>.</param>
        /// <returns>The maxima, shape [batch, width', channels].</returns>
        public static Tensor MaxPool1D(Tensor input, int[] ksize, int[] strides, string padding, string dataFormat = "NWC") =>
            Pool1D((x, sizes, steps, format) => RawOps.MaxPool(x, sizes, steps, padding, dataFormat: format), input, ksize, strides,
                dataFormat);

        /// <summary>The maxima of windows of images. Python: <c>tf.nn.max_pool2d</c>.</summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <returns>The maxima, shape [batch, height', width', channels].</returns>
        public static Tensor MaxPool2D(Tensor input, int[] ksize, int[] strides, string padding, string dataFormat = "NHWC")
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.MaxPool(input, Sizes(ksize, 2, first, "sizes"), Sizes(strides, 2, first, "strides"), padding,
                dataFormat: dataFormat);
        }

        /// <summary>
        /// The maxima of windows of images, with paddings of given sizes. Python: <c>tf.nn.max_pool2d</c> with a list as <c>padding</c>.
        /// </summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="paddings">How many elements that never win stand before and after each dimension, shape [4, 2].</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <returns>The maxima, shape [batch, height', width', channels].</returns>
        public static Tensor MaxPool2D(Tensor input, int[] ksize, int[] strides, int[,] paddings, string dataFormat = "NHWC")
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.MaxPool(input, Sizes(ksize, 2, first, "sizes"), Sizes(strides, 2, first, "strides"), "EXPLICIT",
                Flatten(paddings, 4), dataFormat);
        }

        /// <summary>The maxima of windows of volumes. Python: <c>tf.nn.max_pool3d</c>.</summary>
        /// <param name="input">The volumes, shape [batch, depth, height, width, channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NDHWC</c>, the default, or <c>NCDHW</c>.</param>
        /// <returns>The maxima, shape [batch, depth', height', width', channels].</returns>
        public static Tensor MaxPool3D(Tensor input, int[] ksize, int[] strides, string padding, string dataFormat = "NDHWC")
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.MaxPool3D(input, Sizes(ksize, 3, first, "sizes"), Sizes(strides, 3, first, "strides"), padding, dataFormat);
        }

        /// <summary>The maxima of windows of images, and where they stand. Python: <c>tf.nn.max_pool_with_argmax</c>.</summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="ksize">The size of the window.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="outputDType">The dtype of the indices: int64, the default, or int32.</param>
        /// <param name="includeBatchInIndex">Whether an index counts from the first image rather than from its own.</param>
        /// <returns>The maxima, and the index of each in the flattened input.</returns>
        public static (Tensor Output, Tensor Argmax) MaxPoolWithArgmax(
            Tensor input, int[] ksize, int[] strides, string padding, DType outputDType = DType.Int64, bool includeBatchInIndex = false)
        {
            RawOps.MaxPoolWithArgmaxOutputs pooled = RawOps.MaxPoolWithArgmax(
                input, Sizes(ksize, 2, false, "sizes"), Sizes(strides, 2, false, "strides"), padding, outputDType, includeBatchInIndex);
            return (pooled.Output, pooled.Argmax);
        }

        /// <summary>Pooling with windows whose elements stand a distance apart. Python: <c>tf.nn.pool</c>.</summary>
        /// <param name="input">The signal, shape [batch, space..., channels].</param>
        /// <param name="windowShape">The size of the window in each spatial dimension.</param>
        /// <param name="poolingType"><c>MAX</c> or <c>AVG</c>.</param>
        /// <param name="strides">The steps; null: 1.</param>
        /// <param name="padding"><c>VALID</c>, the default, or <c>SAME</c>.</param>
        /// <param name="dataFormat">Null: channels last; <c>NC...</c>: second.</param>
        /// <param name="dilations">The distances; null: 1. Where they are not, the strides must be 1 and the padding VALID.</param>
        /// <returns>The result.</returns>
        public static Tensor Pool(
            Tensor input, int[] windowShape, string poolingType, int[]? strides = null, string padding = "VALID", string? dataFormat = null,
                int[]? dilations = null)
        {
            ArgumentNullException.ThrowIfNull(windowShape);
            bool max = poolingType switch
            {
                "MAX" => true,
                "AVG" => false,
                _ => throw new TfLbfgsException($"Tf.NN.Pool: expected MAX or AVG, received '{poolingType}'."),
            };
            int[] rates = dilations is { Length: > 0 } ? dilations : [.. Enumerable.Repeat(1, windowShape.Length)];
            int[] steps = strides ?? [1];
            if (Array.Exists(rates, rate => rate != 1) && Array.Exists(steps, step => step != 1))
                throw new TfLbfgsException("Tf.NN.Pool: expected strides of 1 with dilations, received both. Leave one of them out.");
            if (Array.Exists(rates, rate => rate != 1) && padding != "VALID")
                throw new TfLbfgsException($"Tf.NN.Pool: expected the padding VALID with dilations, received '{padding}'. Padded zeros "
                    + "would count in the windows.");
            return WithSpaceToBatch(
                input, rates, padding,
                (x, inner) => max ? MaxPool(x, windowShape, steps, inner, dataFormat) : AvgPool(x, windowShape, steps, inner, dataFormat),
                (Shape)windowShape, dataFormat: dataFormat);
        }

        /// <summary>
        /// Maxima of windows whose sizes vary, so that images shrink by any ratio. Python: <c>tf.nn.fractional_max_pool</c>.
        /// </summary>
        /// <param name="value">The images, shape [batch, height, width, channels].</param>
        /// <param name="poolingRatio">The ratio, at least 1: one number, two, or four of which the outer ones are 1.</param>
        /// <param name="pseudoRandom">Whether the sequence of window sizes is pseudorandom rather than random.</param>
        /// <param name="overlapping">Whether windows share their border.</param>
        /// <param name="seed">Two numbers that make the windows the same at each call; null: new ones.</param>
        /// <returns>The maxima, and where the windows begin: rows, then columns, int64.</returns>
        public static (Tensor Output, Tensor RowPoolingSequence, Tensor ColPoolingSequence) FractionalMaxPool(
            Tensor value, float[] poolingRatio, bool pseudoRandom = false, bool overlapping = false, (long First, long Second)? seed = null)
        {
            RawOps.FractionalMaxPoolOutputs pooled = RawOps.FractionalMaxPool(
                value, Ratios(poolingRatio), pseudoRandom, overlapping, seed is not null, seed?.First ?? 0, seed?.Second ?? 0);
            return (pooled.Output, pooled.RowPoolingSequence, pooled.ColPoolingSequence);
        }

        /// <summary>
        /// Means of windows whose sizes vary, so that images shrink by any ratio. Python: <c>tf.nn.fractional_avg_pool</c>.
        /// </summary>
        /// <param name="value">The images, shape [batch, height, width, channels].</param>
        /// <param name="poolingRatio">The ratio, at least 1: one number, two, or four of which the outer ones are 1.</param>
        /// <param name="pseudoRandom">Whether the sequence of window sizes is pseudorandom rather than random.</param>
        /// <param name="overlapping">Whether windows share their border.</param>
        /// <param name="seed">Two numbers that make the windows the same at each call; null: new ones.</param>
        /// <returns>The means, and where the windows begin: rows, then columns, int64.</returns>
        public static (Tensor Output, Tensor RowPoolingSequence, Tensor ColPoolingSequence) FractionalAvgPool(
            Tensor value, float[] poolingRatio, bool pseudoRandom = false, bool overlapping = false, (long First, long Second)? seed = null)
        {
            RawOps.FractionalAvgPoolOutputs pooled = RawOps.FractionalAvgPool(
                value, Ratios(poolingRatio), pseudoRandom, overlapping, seed is not null, seed?.First ?? 0, seed?.Second ?? 0);
            return (pooled.Output, pooled.RowPoolingSequence, pooled.ColPoolingSequence);
        }

        /// <summary>The maxima of an image plus a kernel, over the kernel. Python: <c>tf.nn.dilation2d</c>.</summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="filters">The kernel, shape [height, width, channels].</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The maxima.</returns>
        public static Tensor Dilation2D(Tensor input, Tensor filters, int[] strides, string padding, int[]? dilations = null) =>
            RawOps.Dilation2D(input, filters, Sizes(strides, 2, false, "strides"), Sizes(dilations, 2, false, "dilations"), padding);

        /// <summary>The minima of an image minus a mirrored kernel, over the kernel. Python: <c>tf.nn.erosion2d</c>.</summary>
        /// <param name="value">The images, shape [batch, height, width, channels].</param>
        /// <param name="filters">The kernel, shape [height, width, channels].</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The minima.</returns>
        public static Tensor Erosion2D(Tensor value, Tensor filters, int[] strides, string padding, int[]? dilations = null) =>
            Scoped(() => RawOps.Neg(Dilation2D(RawOps.Neg(value), Reverse(filters, 0, 1), strides, padding, dilations)));

        private static int ByRank(Tensor input, string name)
        {
            ArgumentNullException.ThrowIfNull(input);
            return input.Rank is >= 3 and <= 5
                ? input.Rank
                : throw new TfLbfgsException($"Tf.NN.{name}: expected a tensor of three to five dimensions, received {input.Describe()}.");
        }

        private static Tensor Pool1D(Func<Tensor, long[], long[], string, Tensor> op, Tensor input, int[] ksize, int[] strides,
            string dataFormat)
        {
            bool first = ChannelsFirst(dataFormat);
            int height = first ? 2 : 1;
            long[] sizes = OneHigh([1, .. Sizes(ksize, 1, first, "sizes")], first);
            long[] steps = OneHigh([1, .. Sizes(strides, 1, first, "strides")], first);
            return Scoped(() => RawOps.Squeeze(op(ExpandDims(input, height), sizes, steps, first ? "NCHW" : "NHWC"), [height]));
        }

        private static float[] Ratios(float[] given)
        {
            ArgumentNullException.ThrowIfNull(given);
            float[] ratios = given.Length switch
            {
                1 => [1, given[0], given[0], 1],
                2 => [1, given[0], given[1], 1],
                _ => given,
            };
            return ratios.Length == 4 && ratios[0] == 1 && ratios[3] == 1 && ratios.All(ratio => ratio >= 1)
                ? ratios
                : throw new TfLbfgsException(
                    $"Expected pooling ratios of at least 1, and 1 for batch and channels, received [{string.Join(", ", given)}].");
        }
    }
}
