using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>
    /// Convolutions. <c>strides</c> and <c>dilations</c> have one number for all spatial dimensions, one for each, or one for each
    /// dimension of the input; <c>padding</c> is <c>SAME</c> or <c>VALID</c>;
    /// <c>dataFormat</c> has the channels last, the default, or second (<c>NC...</c>), which few CPU kernels know.
    /// </content>
    public static partial class NN
    {
        /// <summary>The convolution of sequences. Python: <c>tf.nn.conv1d</c>.</summary>
        /// <param name="input">The sequences, shape [batch..., width, channels].</param>
        /// <param name="filters">The kernel, shape [width, channels / groups, outputs].</param>
        /// <param name="strides">The step.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NWC</c>, the default, or <c>NCW</c>.</param>
        /// <param name="dilations">The distance of the kernel's elements; null: 1.</param>
        /// <returns>The result, shape [batch..., width', outputs].</returns>
        public static Tensor Conv1D(Tensor input, Tensor filters, int[] strides, string padding, string dataFormat = "NWC",
            int[]? dilations = null)
        {
            ArgumentNullException.ThrowIfNull(input);
            bool first = ChannelsFirst(dataFormat);
            long[] steps = [1, .. Sizes(strides, 1, first, "strides")];
            long[] rates = [1, .. Sizes(dilations, 1, first, "dilations")];
            // Two-dimensional, with a height of 1.
            int height = first ? 2 : 1;
            return Scoped(() => WithBatchDims(input, 2, x => RawOps.Squeeze(
                RawOps.Conv2D(ExpandDims(x, height), ExpandDims(filters, 0), OneHigh(steps, first), padding, dataFormat: first
                    ? "NCHW" : "NHWC", dilations: OneHigh(rates, first)),
                [height])));
        }

        /// <summary>The convolution of images. Python: <c>tf.nn.conv2d</c>.</summary>
        /// <param name="input">The images, shape [batch..., height, width, channels].</param>
        /// <param name="filters">The kernel, shape [height, width, channels / groups, outputs].</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The result, shape [batch..., height', width', outputs].</returns>
        public static Tensor Conv2D(Tensor input, Tensor filters, int[] strides, string padding, string dataFormat = "NHWC",
            int[]? dilations = null)
        {
            ArgumentNullException.ThrowIfNull(input);
            bool first = ChannelsFirst(dataFormat);
            long[] steps = Sizes(strides, 2, first, "strides");
            long[] rates = Sizes(dilations, 2, first, "dilations");
            return input.Rank is 4 or < 0
                ? RawOps.Conv2D(input, filters, steps, padding, dataFormat: dataFormat, dilations: rates)
                : Scoped(() =>
                    WithBatchDims(input, 3, x => RawOps.Conv2D(x, filters, steps, padding, dataFormat: dataFormat, dilations: rates)));
        }

        /// <summary>
        /// The convolution of images with paddings of given sizes. Python: <c>tf.nn.conv2d</c> with a list as <c>padding</c>.
        /// </summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="filters">The kernel, shape [height, width, channels / groups, outputs].</param>
        /// <param name="strides">The steps.</param>
        /// <param name="paddings">How many zeros stand before and after each dimension, shape [4, 2]; none in those of batch and
        /// channels.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The result, shape [batch, height', width', outputs].</returns>
        public static Tensor Conv2D(Tensor input, Tensor filters, int[] strides, int[,] paddings, string dataFormat = "NHWC",
            int[]? dilations = null)
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.Conv2D(
                input, filters, Sizes(strides, 2, first, "strides"), "EXPLICIT", explicitPaddings: Flatten(paddings, 4),
                    dataFormat: dataFormat, dilations: Sizes(dilations, 2, first, "dilations"));
        }

        /// <summary>The convolution of volumes. Python: <c>tf.nn.conv3d</c>.</summary>
        /// <param name="input">The volumes, shape [batch..., depth, height, width, channels].</param>
        /// <param name="filters">The kernel, shape [depth, height, width, channels / groups, outputs].</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NDHWC</c>, the default, or <c>NCDHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The result, shape [batch..., depth', height', width', outputs].</returns>
        public static Tensor Conv3D(Tensor input, Tensor filters, int[] strides, string padding, string dataFormat = "NDHWC",
            int[]? dilations = null)
        {
            ArgumentNullException.ThrowIfNull(input);
            bool first = ChannelsFirst(dataFormat);
            long[] steps = Sizes(strides, 3, first, "strides");
            long[] rates = Sizes(dilations, 3, first, "dilations");
            return input.Rank is 5 or < 0
                ? RawOps.Conv3D(input, filters, steps, padding, dataFormat, rates)
                : Scoped(() => WithBatchDims(input, 4, x => RawOps.Conv3D(x, filters, steps, padding, dataFormat, rates)));
        }

        /// <summary>
        /// A convolution in one, two or three spatial dimensions, as many as the kernel has. Python: <c>tf.nn.convolution</c>.
        /// </summary>
        /// <param name="input">The signal, shape [batch, space..., channels].</param>
        /// <param name="filters">The kernel, shape [space..., channels / groups, outputs].</param>
        /// <param name="strides">The steps; null: 1.</param>
        /// <param name="padding"><c>VALID</c>, the default, or <c>SAME</c>.</param>
        /// <param name="dataFormat">Null: channels last; <c>NC...</c>: second.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The result, shape [batch, space'..., outputs].</returns>
        public static Tensor Convolution(Tensor input, Tensor filters, int[]? strides = null, string padding = "VALID",
            string? dataFormat = null, int[]? dilations = null)
        {
            ArgumentNullException.ThrowIfNull(filters);
            return filters.Rank switch
            {
                3 => Conv1D(input, filters, strides ?? [1], padding, dataFormat ?? "NWC", dilations),
                4 => Conv2D(input, filters, strides ?? [1], padding, dataFormat ?? "NHWC", dilations),
                5 => Conv3D(input, filters, strides ?? [1], padding, dataFormat ?? "NDHWC", dilations),
                _ => throw new TfLbfgsException(
                    $"Tf.NN.Convolution: expected a kernel of three to five dimensions, received {filters.Describe()}."),
            };
        }

        /// <summary>A convolution of images whose kernel's elements stand a distance apart. Python: <c>tf.nn.atrous_conv2d</c>.</summary>
        /// <param name="value">The images, shape [batch, height, width, channels].</param>
        /// <param name="filters">The kernel, shape [height, width, channels, outputs].</param>
        /// <param name="rate">The distance in both directions.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <returns>The result, shape [batch, height', width', outputs].</returns>
        public static Tensor AtrousConv2D(Tensor value, Tensor filters, int rate, string padding) =>
            Conv2D(value, filters, [1], padding, dilations: [rate]);

        /// <summary>The convolution of each channel with kernels of its own. Python: <c>tf.nn.depthwise_conv2d</c>.</summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="filter">The kernels, shape [height, width, channels, multiplier].</param>
        /// <param name="strides">The steps, equal in both directions.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1. Where they are not, the strides must be 1.</param>
        /// <returns>The result, shape [batch, height', width', channels * multiplier].</returns>
        public static Tensor DepthwiseConv2D(Tensor input, Tensor filter, int[] strides, string padding, string dataFormat = "NHWC",
            int[]? dilations = null)
        {
            ArgumentNullException.ThrowIfNull(filter);
            bool first = ChannelsFirst(dataFormat);
            long[] steps = Sizes(strides, 2, first, "strides");
            int[] rates = Spatial(Sizes(dilations, 2, first, "dilations"), first);
            if (Array.TrueForAll(rates, rate => rate == 1))
                return RawOps.DepthwiseConv2dNative(input, filter, steps, padding, dataFormat: dataFormat);
            // The kernel of the CPU knows no dilations.
            return WithSpaceToBatch(input, rates, padding,
                (x, inner) => RawOps.DepthwiseConv2dNative(x, filter, steps, inner, dataFormat: dataFormat), filter.Shape,
                dataFormat: dataFormat);
        }

        /// <summary>
        /// A depthwise convolution, followed by a convolution with a kernel of size 1. Python: <c>tf.nn.separable_conv2d</c>.
        /// </summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="depthwiseFilter">The kernels, shape [height, width, channels, multiplier].</param>
        /// <param name="pointwiseFilter">The mixing kernel, shape [1, 1, channels * multiplier, outputs].</param>
        /// <param name="strides">The steps, equal in both directions.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The result, shape [batch, height', width', outputs].</returns>
        public static Tensor SeparableConv2D(
            Tensor input, Tensor depthwiseFilter, Tensor pointwiseFilter, int[] strides, string padding, string dataFormat = "NHWC",
                int[]? dilations = null) =>
            Scoped(() => Conv2D(DepthwiseConv2D(input, depthwiseFilter, strides, padding, dataFormat, dilations), pointwiseFilter, [1],
                "VALID", dataFormat));

        /// <summary>
        /// The gradient of a depthwise convolution with respect to its input. Python: <c>tf.nn.depthwise_conv2d_backprop_input</c>.
        /// </summary>
        /// <param name="inputSizes">The shape of the input, int32, shape [4].</param>
        /// <param name="filter">The kernels.</param>
        /// <param name="outBackprop">The gradient with respect to the result.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The gradient.</returns>
        public static Tensor DepthwiseConv2DBackpropInput(
            Tensor inputSizes, Tensor filter, Tensor outBackprop, int[] strides, string padding, string dataFormat = "NHWC",
                int[]? dilations = null)
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.DepthwiseConv2dNativeBackpropInput(
                inputSizes, filter, outBackprop, Sizes(strides, 2, first, "strides"), padding, dataFormat: dataFormat,
                    dilations: Sizes(dilations, 2, first, "dilations"));
        }

        /// <summary>
        /// The gradient of a depthwise convolution with respect to its kernels. Python: <c>tf.nn.depthwise_conv2d_backprop_filter</c>.
        /// </summary>
        /// <param name="input">The input.</param>
        /// <param name="filterSizes">The shape of the kernels, int32, shape [4].</param>
        /// <param name="outBackprop">The gradient with respect to the result.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The gradient.</returns>
        public static Tensor DepthwiseConv2DBackpropFilter(
            Tensor input, Tensor filterSizes, Tensor outBackprop, int[] strides, string padding, string dataFormat = "NHWC",
                int[]? dilations = null)
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.DepthwiseConv2dNativeBackpropFilter(
                input, filterSizes, outBackprop, Sizes(strides, 2, first, "strides"), padding, dataFormat: dataFormat,
                    dilations: Sizes(dilations, 2, first, "dilations"));
        }
    }
}
