using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// FusedBatchNorm and its gradient op. The gradients with respect to the moving statistics are null, as TensorFlow has them. The outputs
/// batch_mean and batch_variance have a gradient here; TensorFlow drops it.
/// </summary>
internal static class BatchNormalizationRules
{
    /// <summary>The gradient op of one version: from upstream gradient, input, scale, the saved or given statistics, and format.</summary>
    private delegate (Tensor X, Tensor Scale, Tensor Offset) GradientOp(
        RuleContext context, Tensor g, Tensor x, Tensor mean, Tensor variance, string format);

    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.FusedBatchNorm, context => Gradients(context, static (context, g, x, mean, variance, format) =>
        {
            var result = RawOps.FusedBatchNormGrad(g, x, context.Inputs[1], mean, variance, Epsilon(context), format, IsTraining(context));
            return (result.XBackprop, result.ScaleBackprop, result.OffsetBackprop);
        }));
        rules.Add(OpNames.FusedBatchNormV2, context => Gradients(context, static (context, g, x, mean, variance, format) =>
        {
            var result = RawOps.FusedBatchNormGradV2(
                g, x, context.Inputs[1], mean, variance, Epsilon(context), format, IsTraining(context));
            return (result.XBackprop, result.ScaleBackprop, result.OffsetBackprop);
        }));
        rules.Add(OpNames.FusedBatchNormV3, context => Gradients(context, static (context, g, x, mean, variance, format) =>
        {
            var result = RawOps.FusedBatchNormGradV3(
                g, x, context.Inputs[1], mean, variance, context.Outputs[5], Epsilon(context), format, IsTraining(context));
            return (result.XBackprop, result.ScaleBackprop, result.OffsetBackprop);
        }));
        rules.Add(OpNames.FusedBatchNormGrad, SecondGradients);
        rules.Add(OpNames.FusedBatchNormGradV2, SecondGradients);
        rules.Add(OpNames.FusedBatchNormGradV3, SecondGradients);
    }

    private static float Epsilon(RuleContext context) => context.Get(OpAttributes.FusedBatchNormV3.Epsilon);

    private static bool IsTraining(RuleContext context) => context.Get(OpAttributes.FusedBatchNormV3.IsTraining);

    private static Tensor?[] Gradients(RuleContext context, GradientOp gradientOp)
    {
        (Tensor x, Tensor g) = (context.Inputs[0], context.UpstreamOf(0));
        string format = context.Get(OpAttributes.FusedBatchNormV3.DataFormat);
        if (IsTraining(context))
        {
            var (dx, scale, offset) = gradientOp(context, g, x, context.Outputs[3], context.Outputs[4], format);
            return context.Result(OfStatistics(context, dx), scale, offset);
        }

        // The kernel for given statistics takes the channels last only.
        bool channelsFirst = format[1] == 'C';
        var (y, ofScale, ofOffset) = gradientOp(
            context, channelsFirst ? ToLast(g) : g, channelsFirst ? ToLast(x) : x, context.Inputs[3], context.Inputs[4],
            format.Length == 4 ? "NHWC" : "NDHWC");
        return context.Result(channelsFirst ? ToFirst(y) : y, ofScale, ofOffset);
    }

    /// <summary>Adds what comes through the means and variances of the batch, which are outputs 1 and 2, the variance with n - 1.</summary>
    private static Tensor OfStatistics(RuleContext context, Tensor dx)
    {
        if (!context.HasUpstream(1) && !context.HasUpstream(2))
            return dx;
        Tensor x = RawOps.Cast(context.Inputs[0], DType.Float32);
        string format = context.Get(OpAttributes.FusedBatchNormV3.DataFormat);
        float factor = context.Get(OpAttributes.FusedBatchNormV3.ExponentialAvgFactor);
        Tensor count = RawOps.Cast(RawOps.FloorDiv(RawOps.Size(x), RawOps.Size(context.Inputs[1])), DType.Float32);
        Tensor centered = x - RawOps.Mean(x, Axes(format), keepDims: true);
        Tensor sum = AlongChannels(context.UpstreamOf(1), format) * (factor / count)
            + AlongChannels(context.UpstreamOf(2), format) * (2 * factor / RawOps.Maximum(count - 1, Tensor.Scalar(1f))) * centered;
        return dx + RawOps.Cast(sum, dx.DType);
    }

    private static Tensor?[] SecondGradients(RuleContext context)
    {
        Tensor[] sources = [context.Inputs[0], context.Inputs[1], context.Inputs[2]];
        using GradientTape tape = new(watchAccessedVariables: false);
        foreach (Tensor source in sources)
            tape.Watch(source);
        var (dx, scale, offset) = Formula(context);
        Tensor?[] gradients =
            tape.GradientOrNull([dx, scale, offset], sources, [context.UpstreamOf(0), context.UpstreamOf(1), context.UpstreamOf(2)]);
        return context.Result(gradients);
    }

    /// <summary>What the gradient op computes, of ops that have a gradient. In training, mean and variance are those of x.</summary>
    private static (Tensor X, Tensor Scale, Tensor Offset) Formula(RuleContext context)
    {
        DType dtype = context.Inputs[1].DType;
        // Half precision is too coarse for the sums, and the statistics are float32.
        Tensor g = RawOps.Cast(context.Inputs[0], DType.Float32);
        Tensor x = RawOps.Cast(context.Inputs[1], DType.Float32);
        string format = context.Get(OpAttributes.FusedBatchNormV3.DataFormat);
        Tensor axes = Axes(format);
        Tensor scale = AlongChannels(context.Inputs[2], format);
        bool training = IsTraining(context);
        Tensor centered = x - (training ? RawOps.Mean(x, axes, keepDims: true) : AlongChannels(context.Inputs[3], format));
        Tensor variance = training ? RawOps.Mean(RawOps.Square(centered), axes, keepDims: true) : AlongChannels(context.Inputs[4], format);
        Tensor inverse = RawOps.Rsqrt(variance + Epsilon(context));
        Tensor normalized = centered * inverse;
        Tensor inner = g;
        if (training)
            inner = g - RawOps.Mean(g, axes, keepDims: true) - normalized * RawOps.Mean(g * normalized, axes, keepDims: true);
        return (RawOps.Cast(scale * inverse * inner, dtype), RawOps.Sum(g * normalized, axes), RawOps.Sum(g, axes));
    }

    /// <summary>All dimensions but that of the channels.</summary>
    private static Tensor Axes(string format)
    {
        int channels = format.IndexOf('C', StringComparison.Ordinal);
        return Ints([.. Enumerable.Range(0, format.Length).Where(axis => axis != channels).Select(axis => (long)axis)]);
    }

    /// <summary>A vector over the channels, shaped so that it broadcasts.</summary>
    private static Tensor AlongChannels(Tensor vector, string format) =>
        format[1] == 'C' ? RawOps.Reshape(vector, Ints([1, -1, .. Enumerable.Repeat(1L, format.Length - 2)])) : vector;

    private static Tensor ToLast(Tensor x) => RawOps.Transpose(x, x.Rank == 5 ? Ints(0, 2, 3, 4, 1) : Ints(0, 2, 3, 1));

    private static Tensor ToFirst(Tensor x) => RawOps.Transpose(x, x.Rank == 5 ? Ints(0, 4, 1, 2, 3) : Ints(0, 3, 1, 2));
}
