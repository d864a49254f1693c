using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>What convolutions and pooling share: the sizes of windows, and operations on a grid that is divided into batches.</content>
    public static partial class NN
    {
        /// <summary>
        /// Runs an operation on every <c>rate</c>-th element, so that its window is dilated. Python: <c>tf.nn.with_space_to_batch</c>.
        /// </summary>
        /// <param name="input">The tensor, shape [batch, space..., channels].</param>
        /// <param name="dilationRate">The rate in each spatial dimension.</param>
        /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
        /// <param name="op">The operation, which receives the divided tensor and the padding that is left to do.</param>
        /// <param name="filterShape">The shape of the operation's window, which begins with the spatial dimensions; needed for
        /// <c>SAME</c>.</param>
        /// <param name="spatialDims">Which dimensions of the input are spatial; null: those between batch and channels.</param>
        /// <param name="dataFormat">Null: channels last; <c>NC...</c>: second.</param>
        /// <returns>The result of the operation, put together again.</returns>
        public static Tensor WithSpaceToBatch(
            Tensor input, int[] dilationRate, string padding, Func<Tensor, string, Tensor> op, Shape? filterShape = null,
                int[]? spatialDims = null, string? dataFormat = null)
        {
            ArgumentNullException.ThrowIfNull(input);
            ArgumentNullException.ThrowIfNull(dilationRate);
            ArgumentNullException.ThrowIfNull(op);
            if (Array.TrueForAll(dilationRate, rate => rate == 1))
                return op(input, padding);
            int[] dims = spatialDims
                ?? [.. Enumerable.Range(dataFormat is not null && ChannelsFirst(dataFormat) ? 2 : 1, dilationRate.Length)];
            if (dims.Length != dilationRate.Length || dims.Where((dim, i) => i > 0 && dim != dims[i - 1] + 1).Any() || dims[0] < 1)
                throw new TfLbfgsException("Expected one rate for each of successive spatial dimensions, received rates "
                    + $"[{string.Join(", ", dilationRate)}] for dimensions [{string.Join(", ", dims)}].");
            int[,] paddings = new int[dims.Length, 2];
            if (padding == "SAME")
            {
                if (filterShape is null)
                    throw new TfLbfgsException("Expected the shape of the window for padding SAME, received none.");
                for (int i = 0; i < dims.Length; i++)
                {
                    int total = checked((int)(filterShape[i] - 1) * dilationRate[i]);
                    (paddings[i, 0], paddings[i, 1]) = (total / 2, total - total / 2);
                }
            }

            return Scoped(() =>
            {
                // The op divides the dimensions that follow the first: those before the spatial ones stay whole.
                int[] block = [.. Enumerable.Repeat(1, dims[0] - 1), .. dilationRate];
                Tensor space = RawOps.Shape(input)[dims[0]..(dims[^1] + 1)];
                (Tensor pads, Tensor crops) = RequiredSpaceToBatchPaddings(
                    input.Rank >= 0 && Array.TrueForAll(dims, dim => input.Shape[dim] >= 0)
                        ? Tensor.From(Array.ConvertAll(dims, dim => checked((int)input.Shape[dim]))) : space,
                    dilationRate, paddings);
                if (dims[0] > 1)
                {
                    Tensor none = Zeros([dims[0] - 1, 2], DType.Int32);
                    (pads, crops) = (Concat([none, pads], 0), Concat([none, crops], 0));
                }

                return RawOps.BatchToSpaceND(op(RawOps.SpaceToBatchND(input, Tensor.From(block), pads), "VALID"), Tensor.From(block),
                    crops);
            });
        }

        /// <summary>The sizes of a window or step for each dimension: from none, one, one for each spatial dimension, or all.</summary>
        private static long[] Sizes(int[]? given, int spatial, bool channelsFirst, string name)
        {
            int[] values = given switch
            {
                null => [.. Enumerable.Repeat(1, spatial)],
                { Length: 1 } => [.. Enumerable.Repeat(given[0], spatial)],
                _ when given.Length == spatial => given,
                _ when given.Length == spatial + 2 => [],
                _ => throw new TfLbfgsException($"Expected 1, {spatial} or {spatial + 2} {name}, received [{string.Join(", ", given)}]."),
            };
            if (values.Length == 0)
                return Widen(given!);
            return channelsFirst ? [1, 1, .. Widen(values)] : [1, .. Widen(values), 1];
        }

        private static int[] Spatial(long[] sizes, bool channelsFirst) =>
            Array.ConvertAll(channelsFirst ? sizes[2..] : sizes[1..^1], size => checked((int)size));

        /// <summary>The sizes [1, batch, width, channels] of a sequence, in the order of an image of height 1.</summary>
        private static long[] OneHigh(long[] sizes, bool channelsFirst) =>
            channelsFirst ? [sizes[1], sizes[2], 1, sizes[3]] : [sizes[1], 1, sizes[2], sizes[3]];

        private static long[] Flatten(int[,] paddings, int rows)
        {
            ArgumentNullException.ThrowIfNull(paddings);
            if (paddings.GetLength(0) != rows || paddings.GetLength(1) != 2)
                throw new TfLbfgsException(
                    $"Expected paddings of shape [{rows}, 2], received [{paddings.GetLength(0)}, {paddings.GetLength(1)}].");
            return [.. paddings.Cast<int>().Select(size => (long)size)];
        }

        /// <summary>Makes several batch dimensions one for an operation that knows one only.</summary>
        private static Tensor WithBatchDims(Tensor x, int innerRank, Func<Tensor, Tensor> op)
        {
            if (x.Rank < 0 || x.Rank == innerRank + 1)
                return op(x);
            if (x.Rank < innerRank + 1)
                throw new TfLbfgsException($"Expected a tensor of at least {innerRank + 1} dimensions, received {x.Describe()}.");
            Tensor shape = RawOps.Shape(x);
            Tensor result = op(RawOps.Reshape(x, Concat([Tensor.From([-1]), shape[^innerRank..]], 0)));
            return RawOps.Reshape(result, Concat([shape[..^innerRank], RawOps.Shape(result)[1..]], 0));
        }
    }
}
