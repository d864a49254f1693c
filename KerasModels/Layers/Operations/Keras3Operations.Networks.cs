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
            ? Tf.Reshape(Tf.Cast(values, x.DType), Tf.Stack([.. Enumerable.Range(0, x.Rank).Select(i => axes.Contains(i) ? Tf.Shape(x)[i] : Tensor.Scalar(1))])) : null;
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
}
