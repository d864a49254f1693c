using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Transposed convolutions: the gradients of convolutions with respect to their inputs, as layers that enlarge. Arguments as
    /// in the convolutions.</content>
    public static partial class NN
    {
        /// <summary>The transpose of a convolution of sequences. Python: <c>tf.nn.conv1d_transpose</c>.</summary>
        /// <param name="input">The sequences, shape [batch, width, channels].</param>
        /// <param name="filters">The kernel, shape [width, outputs, channels].</param>
        /// <param name="outputShape">The shape of the result, int32, shape [3].</param>
        /// <param name="strides">The step.</param>
        /// <param name="padding"><c>SAME</c>, the default, or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NWC</c>, the default, or <c>NCW</c>.</param>
        /// <param name="dilations">The distance of the kernel's elements; null: 1.</param>
        /// <returns>The result, of the shape asked for.</returns>
        public static Tensor Conv1DTranspose(Tensor input, Tensor filters, Tensor outputShape, int[] strides, string padding = "SAME",
            string dataFormat = "NWC", int[]? dilations = null)
        {
            bool first = ChannelsFirst(dataFormat);
            long[] steps = [1, .. Sizes(strides, 1, first, "strides")];
            long[] rates = [1, .. Sizes(dilations, 1, first, "dilations")];
            int height = first ? 2 : 1;
            return Scoped(() =>
            {
                Tensor shape = Concat([outputShape[..height], RawOps.OnesLike(outputShape[..1]), outputShape[height..]], 0);
                return RawOps.Squeeze(
                    RawOps.Conv2DBackpropInput(
                        shape, ExpandDims(filters, 0), ExpandDims(input, height), OneHigh(steps, first), padding, dataFormat: first
                            ? "NCHW" : "NHWC", dilations: OneHigh(rates, first)),
                    [height]);
            });
        }

        /// <inheritdoc cref="Conv1DTranspose(Tensor, Tensor, Tensor, int[], string, string, int[])"/>
        public static Tensor Conv1DTranspose(Tensor input, Tensor filters, Shape outputShape, int[] strides, string padding = "SAME",
            string dataFormat = "NWC", int[]? dilations = null) =>
            Scoped(() => Conv1DTranspose(input, filters, Int32Dims(outputShape), strides, padding, dataFormat, dilations));

        /// <summary>The transpose of a convolution of images. Python: <c>tf.nn.conv2d_transpose</c>.</summary>
        /// <param name="input">The images, shape [batch, height, width, channels].</param>
        /// <param name="filters">The kernel, shape [height, width, outputs, channels].</param>
        /// <param name="outputShape">The shape of the result, int32, shape [4].</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c>, the default, or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The result, of the shape asked for.</returns>
        public static Tensor Conv2DTranspose(Tensor input, Tensor filters, Tensor outputShape, int[] strides, string padding = "SAME",
            string dataFormat = "NHWC", int[]? dilations = null)
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.Conv2DBackpropInput(
                outputShape, filters, input, Sizes(strides, 2, first, "strides"), padding, dataFormat: dataFormat,
                    dilations: Sizes(dilations, 2, first, "dilations"));
        }

        /// <inheritdoc cref="Conv2DTranspose(Tensor, Tensor, Tensor, int[], string, string, int[])"/>
        public static Tensor Conv2DTranspose(Tensor input, Tensor filters, Shape outputShape, int[] strides, string padding = "SAME",
            string dataFormat = "NHWC", int[]? dilations = null) =>
            Scoped(() => Conv2DTranspose(input, filters, Int32Dims(outputShape), strides, padding, dataFormat, dilations));

        /// <summary>The transpose of a convolution of volumes. Python: <c>tf.nn.conv3d_transpose</c>.</summary>
        /// <param name="input">The volumes, shape [batch, depth, height, width, channels].</param>
        /// <param name="filters">The kernel, shape [depth, height, width, outputs, channels].</param>
        /// <param name="outputShape">The shape of the result, int32, shape [5].</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c>, the default, or <c>VALID</c>.</param>
        /// <param name="dataFormat"><c>NDHWC</c>, the default, or <c>NCDHW</c>.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The result, of the shape asked for.</returns>
        public static Tensor Conv3DTranspose(Tensor input, Tensor filters, Tensor outputShape, int[] strides, string padding = "SAME",
            string dataFormat = "NDHWC", int[]? dilations = null)
        {
            bool first = ChannelsFirst(dataFormat);
            return RawOps.Conv3DBackpropInputV2(outputShape, filters, input, Sizes(strides, 3, first, "strides"), padding, dataFormat,
                Sizes(dilations, 3, first, "dilations"));
        }

        /// <inheritdoc cref="Conv3DTranspose(Tensor, Tensor, Tensor, int[], string, string, int[])"/>
        public static Tensor Conv3DTranspose(Tensor input, Tensor filters, Shape outputShape, int[] strides, string padding = "SAME",
            string dataFormat = "NDHWC", int[]? dilations = null) =>
            Scoped(() => Conv3DTranspose(input, filters, Int32Dims(outputShape), strides, padding, dataFormat, dilations));

        /// <summary>The transpose of a convolution in one, two or three spatial dimensions. Python: <c>tf.nn.conv_transpose</c>.</summary>
        /// <param name="input">The signal, shape [batch, space..., channels].</param>
        /// <param name="filters">The kernel, shape [space..., outputs, channels].</param>
        /// <param name="outputShape">The shape of the result, of three to five dimensions.</param>
        /// <param name="strides">The steps.</param>
        /// <param name="padding"><c>SAME</c>, the default, or <c>VALID</c>.</param>
        /// <param name="dataFormat">Null: channels last; <c>NC...</c>: second.</param>
        /// <param name="dilations">The distances of the kernel's elements; null: 1.</param>
        /// <returns>The result, of the shape asked for.</returns>
        public static Tensor ConvTranspose(Tensor input, Tensor filters, Shape outputShape, int[] strides, string padding = "SAME",
            string? dataFormat = null, int[]? dilations = null)
        {
            ArgumentNullException.ThrowIfNull(outputShape);
            return outputShape.Rank switch
            {
                3 => Conv1DTranspose(input, filters, outputShape, strides, padding, dataFormat ?? "NWC", dilations),
                4 => Conv2DTranspose(input, filters, outputShape, strides, padding, dataFormat ?? "NHWC", dilations),
                5 => Conv3DTranspose(input, filters, outputShape, strides, padding, dataFormat ?? "NDHWC", dilations),
                _ => throw new TfLbfgsException(
                    $"Tf.NN.ConvTranspose: expected an output shape of three to five dimensions, received {outputShape}."),
            };
        }

        /// <summary>
        /// The transpose of a convolution whose kernel's elements stand a distance apart. Python: <c>tf.nn.atrous_conv2d_transpose</c>.
        /// </summary>
        /// <param name="value">The images, shape [batch, height, width, channels].</param>
        /// <param name="filters">The kernel, shape [height, width, outputs, channels], fully known.</param>
        /// <param name="outputShape">The shape of the result, fully known.</param>
        /// <param name="rate">The distance in both directions.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <returns>The result, of the shape asked for.</returns>
        public static Tensor AtrousConv2DTranspose(Tensor value, Tensor filters, Shape outputShape, int rate, string padding)
        {
            ArgumentNullException.ThrowIfNull(filters);
            ArgumentNullException.ThrowIfNull(outputShape);
            if (rate < 1 || outputShape.Rank != 4 || filters.Rank != 4)
                throw new TfLbfgsException("Tf.NN.AtrousConv2DTranspose: expected a rate of at least 1, a kernel and an output shape of "
                    + $"four dimensions, received {rate}, {filters.Describe()} and {outputShape}.");
            if (rate == 1)
                return Conv2DTranspose(value, filters, outputShape, [1], padding);
            (long Before, long After) Around(long size) =>
                padding == "SAME" ? ((size - 1) * rate / 2, (size - 1) * rate - (size - 1) * rate / 2) : (0, 0);
            (long top, long bottom) = Around(filters.Shape[0]);
            (long left, long right) = Around(filters.Shape[1]);
            long height = outputShape[1] + top + bottom, width = outputShape[2] + left + right;
            long extraBottom = (rate - height % rate) % rate, extraRight = (rate - width % rate) % rate;
            return Scoped(() =>
            {
                Tensor block = Integers(rate, rate);
                Tensor batches = RawOps.SpaceToBatchND(value, block, Tensor.From(new[,] { { 0, extraBottom }, { 0, extraRight } }));
                Shape inner =
                    new[] { rate * rate * outputShape[0], (height + extraBottom) / rate, (width + extraRight) / rate, outputShape[3] };
                Tensor result = RawOps.Conv2DBackpropInput(Int32Dims(inner), filters, batches, [1, 1, 1, 1], "VALID");
                return RawOps.BatchToSpaceND(result, block,
                    Tensor.From(new[,] { { top, bottom + extraBottom }, { left, right + extraRight } }));
            });
        }
    }
}
