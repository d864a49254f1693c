using TfLbfgs.Keras.Losses;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddNetworks(OperationTable table)
    {
        table.Add("MaxPool", "inputs", a => Pool(a, Tf.NN.MaxPool));
        table.Add("AveragePool", "inputs", a => Pool(a, Tf.NN.AvgPool));
        table.Add("Conv", "inputs kernel", a =>
        {
            Tensor x = LastChannels(a, a.Tensor("inputs"));
            int spatial = x.Rank - 2;
            return FirstChannels(a, Tf.NN.Convolution(
                x, a.Tensor("kernel"), a.Ints("strides", spatial, 1), Padding(a), null, a.Ints("dilation_rate", spatial, 1)));
        });
        table.Add("DepthwiseConv", "inputs kernel", a =>
        {
            Tensor x = LastChannels(a, a.Tensor("inputs"));
            if (x.Rank != 4)
                throw a.Fail($"expected images [batch, height, width, channels] for a depthwise convolution, received {x.Describe()}.");
            return FirstChannels(a, Tf.NN.DepthwiseConv2D(
                x, a.Tensor("kernel"), [1, .. a.Ints("strides", 2, 1), 1], Padding(a), dilations: a.Ints("dilation_rate", 2, 1)));
        });
        table.Add("ConvTranspose", "inputs kernel", a =>
        {
            Tensor x = LastChannels(a, a.Tensor("inputs")), kernel = a.Tensor("kernel"), actual = Tf.Shape(x);
            int spatial = x.Rank - 2;
            int[] strides = a.Ints("strides", spatial, 1);
            int[]? added = a.Has("output_padding") ? a.Ints("output_padding", spatial, 0) : null;
            if (a.Ints("dilation_rate", spatial, 1).Any(rate => rate != 1))
                throw a.Fail("expected a transposed convolution without dilation; use the layer for one with it.");
            IEnumerable<Tensor> sizes = Enumerable.Range(0, spatial)
                .Select(i => (actual[i + 1] * strides[i]) + TransposedConvolution.Excess(
                (int)kernel.Shape[i], 1, strides[i], Padding(a) == "SAME", added?[i]));
            Tensor size = Tf.Stack([actual[0], .. sizes, Tensor.Scalar((int)kernel.Shape[spatial])]);
            return FirstChannels(a, spatial switch
            {
                1 => Tf.NN.Conv1DTranspose(x, kernel, size, strides, Padding(a)),
                2 => Tf.NN.Conv2DTranspose(x, kernel, size, strides, Padding(a)),
                _ => Tf.NN.Conv3DTranspose(x, kernel, size, strides, Padding(a)),
            });
        });
        table.Add("SeparableConv", "inputs depthwise_kernel pointwise_kernel", a =>
        {
            Tensor x = LastChannels(a, a.Tensor("inputs"));
            if (x.Rank != 4)
                throw a.Fail($"expected images [batch, height, width, channels] for a separable convolution, received {x.Describe()}.");
            return FirstChannels(a, Tf.NN.SeparableConv2D(
                x, a.Tensor("depthwise_kernel"), a.Tensor("pointwise_kernel"), [1, .. a.Ints("strides", 2, 1), 1], Padding(a),
                dilations: a.Ints("dilation_rate", 2, 1)));
        });
        table.Add("AdaptiveAveragePool", "inputs", a => AdaptivePool(a, (window, axis) => Tf.ReduceMean(window, axis, keepDims: true)));
        table.Add("AdaptiveMaxPool", "inputs", a => AdaptivePool(a, (window, axis) => Tf.ReduceMax(window, axis, keepDims: true)));
        table.Add("Unfold", "x", Unfold);
        table.Add("Fold", "x", Fold);
        // One ratio of all elements.
        table.Add("PSNR", "x1 x2", a => Tf.Image.Psnr(
            Tf.Reshape(a.Tensor("x1"), [1, 1, -1]), Tf.Reshape(a.Tensor("x2"), [1, 1, -1]), a.Number("max_val", 1)));
        table.Add("BatchNorm", "x mean variance offset scale", a =>
        {
            Tensor x = a.Tensor("x");
            int axis = OperationFormulas.Axes(x, [a.Int("axis", -1)])[0];
            return Tf.NN.BatchNormalization(
                x, Along("mean")!, Along("variance")!, Along("offset"), Along("scale"), a.Number("epsilon", 1e-3));

            Tensor? Along(string name) => a.OptionalTensor(name, x) is { } values
                ? Tf.Reshape(Tf.Cast(values, x.DType), [.. Enumerable.Range(0, x.Rank).Select(i => i == axis ? -1L : 1L)]) : null;
        });
        table.Add("Normalize", "x", Normalize);
        table.Add("RMSNorm", "x scale", a =>
        {
            Tensor x = Promotion.Floating(a.Tensor("x"));
            Tensor normalized = x * Tf.Math.Rsqrt(
                Tf.ReduceMean(Tf.Square(x), NormAxes(a, x), keepDims: true) + a.Number("epsilon", SmallNumber));
            return a.OptionalTensor("scale", x) is { } scale ? normalized * Tf.Cast(scale, x.DType) : normalized;
        });
        table.Add("LayerNorm", "x gamma beta", LayerNorm);
        table.Add("DepthToSpace", "x", a => FirstChannels(a, Tf.NN.DepthToSpace(LastChannels(a, a.Tensor("x")), a.Int("block_size"))));
        table.Add("SpaceToDepth", "x", a => FirstChannels(a, Tf.NN.SpaceToDepth(LastChannels(a, a.Tensor("x")), a.Int("block_size"))));
        table.Add("DotProductAttention", "query key value bias mask scale", Attention);
        table.Add("BinaryCrossentropy", "target output", a =>
        {
            Tensor output = a.Tensor("output"), target = Tf.Cast(a.Tensor("target"), output.DType);
            return Crossentropy.Binary(target, output, a.Flag("from_logits") ? output : null, KerasGeneration.Keras3);
        });
        table.Add("CategoricalCrossentropy", "target output", a =>
        {
            Tensor output = a.Tensor("output");
            return Categorical(a, Tf.Cast(a.Tensor("target"), output.DType), output);
        });
        table.Add("SparseCategoricalCrossentropy", "target output", a =>
        {
            Tensor output = a.Tensor("output"), target = Index(a, "target");
            if (target.Rank == output.Rank && target.Shape[-1] == 1)
                target = Tf.Squeeze(target, -1);
            int axis = OperationFormulas.Axes(output, [a.Int("axis", -1)])[0];
            return Categorical(a, Tf.OneHot(target, (int)output.Shape[axis], output.DType, axis), output);
        });
    }

    private const double SmallNumber = 1e-7;

    private static Tensor Categorical(OperationArguments a, Tensor target, Tensor output)
    {
        int axis = OperationFormulas.Axes(output, [a.Int("axis", -1)])[0];
        return a.Flag("from_logits")
            ? Tf.NN.SoftmaxCrossEntropyWithLogits(target, output, axis)
            : -Tf.ReduceSum(target * Tf.Log(Crossentropy.NormalizeProbabilities(output, axis)), axis);
    }

    private static Tensor Pool(OperationArguments a, Func<Tensor, int[], int[], string, string?, Tensor> pool)
    {
        Tensor x = LastChannels(a, a.Tensor("inputs"));
        int spatial = x.Rank - 2;
        int[] size = a.Ints("pool_size", spatial, 1);
        int[] strides = a.Has("strides") ? a.Ints("strides", spatial, 1) : size;
        return FirstChannels(a, pool(x, [1, .. size, 1], [1, .. strides, 1], Padding(a), null));
    }

    private static string Padding(OperationArguments a) => a.Text("padding", "valid").ToUpperInvariant();

    // On a CPU TensorFlow's kernels want the channels last.
    private static Tensor LastChannels(OperationArguments a, Tensor x) => IsChannelsFirst(a) ? OperationFormulas.MoveAxes(x, [1], [-1]) : x;

    private static Tensor FirstChannels(OperationArguments a, Tensor x) =>
        IsChannelsFirst(a) ? OperationFormulas.MoveAxes(x, [-1], [1]) : x;

    private static bool IsChannelsFirst(OperationArguments a) => a.Text("data_format", "channels_last") == "channels_first";

    private static Tensor Normalize(OperationArguments a)
    {
        Tensor x = Promotion.Floating(a.Tensor("x"));
        int[] axes = NormAxes(a, x);
        double order = a.Number("order", 2), epsilon = a.Number("epsilon", SmallNumber);
        if (order == 2)
            return x * Tf.Math.Rsqrt(Tf.Maximum(Tf.ReduceSum(Tf.Square(x), axes, keepDims: true), epsilon * epsilon));
        return x / Tf.Maximum(OperationFormulas.Norm(x, order, axes, keepDims: true), epsilon);
    }

    private static int[] NormAxes(OperationArguments a, Tensor x) => OperationFormulas.Axes(x, a.OptionalInts("axis") ?? [-1]);

    private static Tensor LayerNorm(OperationArguments a)
    {
        Tensor x = Promotion.Floating(a.Tensor("x"));
        int[] axes = NormAxes(a, x);
        Tensor? gamma = Along("gamma"), beta = Along("beta");
        (Tensor mean, Tensor variance) = Tf.NN.Moments(x, axes, keepDims: true);
        Tensor scale = Tf.Math.Rsqrt(variance + a.Number("epsilon", SmallNumber));
        if (a.Flag("rms_scaling"))
            return gamma is null ? x * scale : x * scale * gamma;
        Tensor result = (x - mean) * (gamma is null ? scale : scale * gamma);
        return beta is null ? result : result + beta;

        Tensor? Along(string name) => a.OptionalTensor(name, x) is { } values
            ? Tf.Reshape(Tf.Cast(values, x.DType),
                Tf.Stack([.. Enumerable.Range(0, x.Rank).Select(i => axes.Contains(i) ? Tf.Shape(x)[i] : Tensor.Scalar(1))])) : null;
    }

    // [batch, time, heads, size] of query, key and value.
    private static Tensor Attention(OperationArguments a)
    {
        Tensor query = a.Tensor("query"), key = a.Tensor("key"), value = a.Tensor("value");
        if (a.Has("attn_logits_soft_cap"))
            throw a.Fail("expected no 'attn_logits_soft_cap', which TensorFlow's backend refuses too.");
        Tensor scores = Tf.Einsum("btnh,bsnh->bnts", query, key) * a.Number("scale", 1 / Math.Sqrt(query.Shape[-1]));
        if (a.OptionalTensor("bias", query) is { } bias)
            scores += Tf.Cast(bias, scores.DType);
        Tensor? mask = a.OptionalTensor("mask") is { } given ? Tf.Cast(given, DType.Bool) : null;
        if (a.Flag("is_causal"))
        {
            Tensor causal = AttentionMasks.Causal(Tf.Shape(query)[1], Tf.Shape(key)[1]);
            mask = mask is null ? causal : Tf.LogicalAnd(mask, causal);
        }

        if (mask is not null)
            scores = Tf.Where(
                mask, scores, OperationFormulas.Constant(scores, scores.DType == DType.Float16 ? -45874 : -0.7 * float.MaxValue));
        return Tf.Einsum("bnts,bsnh->btnh", Tf.NN.Softmax(scores), value);
    }

    private static Tensor AdaptivePool(OperationArguments a, Func<Tensor, int, Tensor> reduce)
    {
        Tensor x = LastChannels(a, a.Tensor("inputs"));
        int[] sizes = a.Ints("output_size", x.Rank - 2, 1);
        for (int i = 0; i < sizes.Length; i++)
            x = AdaptivePooling.Along(x, i + 1, sizes[i], reduce);
        return FirstChannels(a, x);
    }

    // Blocks of images [batch, channels, height, width] as columns [batch, channels x block, blocks].
    private static Tensor Unfold(OperationArguments a)
    {
        (int[] size, int[] rate, int[] margin, int[] step) = Blocks(a);
        Tensor x = a.Tensor("x");
        x = Tf.Pad(x, new[,] { { 0, 0 }, { 0, 0 }, { margin[0], margin[0] }, { margin[1], margin[1] } });
        Tensor patches = Tf.Image.ExtractPatches(
            Tf.Transpose(x, [0, 2, 3, 1]), [1, .. size, 1], [1, .. step, 1], [1, .. rate, 1], "VALID");
        int channels = checked((int)x.Shape[1]), block = size[0] * size[1];
        Tensor parts = Tf.Reshape(patches, Tf.Concat([Tf.Shape(patches)[..1], Tensor.From<int>([-1, block, channels])], 0));
        Tensor columns = Tf.Transpose(parts, [0, 3, 2, 1]);
        return Tf.Reshape(columns, Tf.Concat([Tf.Shape(patches)[..1], Tensor.From<int>([channels * block, -1])], 0));
    }

    // The sums of blocks at their places, [batch, channels, height, width].
    private static Tensor Fold(OperationArguments a)
    {
        (int[] size, int[] rate, int[] margin, int[] step) = Blocks(a);
        Tensor x = a.Tensor("x");
        int[] output = a.Ints("output_size", 2, 1), padded = [output[0] + (2 * margin[0]), output[1] + (2 * margin[1])];
        int[] count = [.. padded.Select((length, i) => ((length - (rate[i] * (size[i] - 1)) - 1) / step[i]) + 1)];
        int channels = checked((int)x.Shape[1] / (size[0] * size[1]));
        Tensor batch = Tf.Shape(x)[..1];
        Tensor parts = Tf.Reshape(x, Tf.Concat([batch, Tensor.From<int>([channels, size[0], size[1], count[0], count[1]])], 0));
        // The elements of images by their number in [height, width], which several blocks may have.
        int[] places =
        [
            .. from i in Enumerable.Range(0, size[0]) from j in Enumerable.Range(0, size[1])
               from row in Enumerable.Range(0, count[0]) from column in Enumerable.Range(0, count[1])
               select ((((row * step[0]) + (i * rate[0])) * padded[1]) + (column * step[1]) + (j * rate[1])),
        ];
        Tensor flat =
            Tf.Reshape(Tf.Transpose(parts, [2, 3, 4, 5, 0, 1]),
            Tf.Concat([Tensor.From<int>([places.Length]), batch, Tensor.From<int>([channels])], 0));
        Tensor sums = Tf.Math.UnsortedSegmentSum(flat, Tensor.From<int>(places), padded[0] * padded[1]);
        Tensor images = Tf.Transpose(
            Tf.Reshape(sums, Tf.Concat([Tensor.From<int>(padded), batch, Tensor.From<int>([channels])], 0)), [2, 3, 0, 1]);
        return images[.., .., margin[0]..(margin[0] + output[0]), margin[1]..(margin[1] + output[1])];
    }

    private static (int[] Size, int[] Rate, int[] Margin, int[] Step) Blocks(OperationArguments a) =>
        (a.Ints("kernel_size", 2, 1), a.Ints("dilation", 2, 1), a.Ints("padding", 2, 0), a.Ints("stride", 2, 1));
}
