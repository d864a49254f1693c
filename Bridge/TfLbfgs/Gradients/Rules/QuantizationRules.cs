using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Simulated quantization. Rounding is taken for the identity; FakeQuant and version 4 pass no gradient to values outside the range.
/// </summary>
internal static class QuantizationRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.FakeQuantWithMinMaxArgs, context => context.Result(RawOps.FakeQuantWithMinMaxArgsGradient(
            context.Upstream, context.Inputs[0], context.Get(OpAttributes.FakeQuantWithMinMaxArgs.Min),
            context.Get(OpAttributes.FakeQuantWithMinMaxArgs.Max),
            context.Get(OpAttributes.FakeQuantWithMinMaxArgs.NumBits), context.Get(OpAttributes.FakeQuantWithMinMaxArgs.NarrowRange))));
        rules.Add(OpNames.FakeQuantWithMinMaxVars, context =>
        {
            var result = RawOps.FakeQuantWithMinMaxVarsGradient(
                context.Upstream, context.Inputs[0], context.Inputs[1], context.Inputs[2],
                context.Get(OpAttributes.FakeQuantWithMinMaxVars.NumBits),
                context.Get(OpAttributes.FakeQuantWithMinMaxVars.NarrowRange));
            return context.Result(result.BackpropsWrtInput, result.BackpropWrtMin, result.BackpropWrtMax);
        });
        rules.Add(OpNames.FakeQuantWithMinMaxVarsPerChannel, context =>
        {
            var result = RawOps.FakeQuantWithMinMaxVarsPerChannelGradient(
                context.Upstream, context.Inputs[0], context.Inputs[1], context.Inputs[2],
                context.Get(OpAttributes.FakeQuantWithMinMaxVarsPerChannel.NumBits),
                context.Get(OpAttributes.FakeQuantWithMinMaxVarsPerChannel.NarrowRange));
            return context.Result(result.BackpropsWrtInput, result.BackpropWrtMin, result.BackpropWrtMax);
        });
        rules.Add(OpNames.FakeQuantWithMinMaxArgsGradient, context => context.Result(
            RawOps.FakeQuantWithMinMaxArgsGradient(
                context.Upstream, context.Inputs[1], context.Get(OpAttributes.FakeQuantWithMinMaxArgsGradient.Min),
                context.Get(OpAttributes.FakeQuantWithMinMaxArgsGradient.Max),
                context.Get(OpAttributes.FakeQuantWithMinMaxArgsGradient.NumBits),
                context.Get(OpAttributes.FakeQuantWithMinMaxArgsGradient.NarrowRange)),
            RawOps.ZerosLike(context.Inputs[1])));
        rules.Add(OpNames.FakeQuantWithMinMaxVarsGradient, context =>
        {
            (Tensor x, Tensor min, Tensor max) = (context.Inputs[1], context.Inputs[2], context.Inputs[3]);
            long bits = context.Get(OpAttributes.FakeQuantWithMinMaxVarsGradient.NumBits);
            bool narrow = context.Get(OpAttributes.FakeQuantWithMinMaxVarsGradient.NarrowRange);
            return FakeQuantGradient(
                context, RawOps.FakeQuantWithMinMaxVarsGradient(RawOps.OnesLike(x), x, min, max, bits, narrow).BackpropsWrtInput,
                RawOps.FakeQuantWithMinMaxVars(x, min, max, bits, narrow));
        });
        rules.Add(OpNames.FakeQuantWithMinMaxVarsPerChannelGradient, context =>
        {
            (Tensor x, Tensor min, Tensor max) = (context.Inputs[1], context.Inputs[2], context.Inputs[3]);
            long bits = context.Get(OpAttributes.FakeQuantWithMinMaxVarsPerChannelGradient.NumBits);
            bool narrow = context.Get(OpAttributes.FakeQuantWithMinMaxVarsPerChannelGradient.NarrowRange);
            return FakeQuantGradient(
                context, RawOps.FakeQuantWithMinMaxVarsPerChannelGradient(RawOps.OnesLike(x), x, min, max, bits, narrow).BackpropsWrtInput,
                RawOps.FakeQuantWithMinMaxVarsPerChannel(x, min, max, bits, narrow));
        });
        foreach (string op in (ReadOnlySpan<string>)[OpNames.QuantizeAndDequantizeV2, OpNames.QuantizeAndDequantizeV3])
            rules.Unary(op, (g, _, _) => g);
        rules.Add(OpNames.QuantizeAndDequantizeV4, context =>
        {
            var result = RawOps.QuantizeAndDequantizeV4Grad(
                context.Upstream, context.Inputs[0], context.Inputs[1], context.Inputs[2],
                context.Get(OpAttributes.QuantizeAndDequantizeV4.Axis));
            return context.Result(result.InputBackprop, result.InputMinBackprop, result.InputMaxBackprop);
        });
        rules.Add(OpNames.QuantizeAndDequantizeV4Grad, QuantizeAndDequantizeGrad);
    }

    /// <summary>
    /// The gradient ops are linear in the upstream gradient: they give it to the values that lie in the range, and to the bounds the sums
    /// of what lies beyond each. TensorFlow declares that they have no gradient.
    /// </summary>
    /// <param name="context">The gradient op: upstream gradient, values, lower and upper bound.</param>
    /// <param name="inside">1 for the values in the range, 0 for the others.</param>
    /// <param name="quantized">The quantized values: beyond the range they are the bounds.</param>
    private static Tensor?[] FakeQuantGradient(RuleContext context, Tensor inside, Tensor quantized)
    {
        Tensor x = context.Inputs[1];
        Tensor outside = 1 - inside;
        Tensor gradient = context.UpstreamOf(0) * inside
            + context.UpstreamOf(1) * outside * RuleOperations.Indicator(RawOps.Less(x, quantized), x.DType)
            + context.UpstreamOf(2) * outside * RuleOperations.Indicator(RawOps.Greater(x, quantized), x.DType);
        return context.Result(
            gradient,
            context.Needs(1) ? RawOps.ZerosLike(x) : null,
            context.Needs(2) ? RawOps.ZerosLike(context.Inputs[2]) : null,
            context.Needs(3) ? RawOps.ZerosLike(context.Inputs[3]) : null);
    }

    /// <summary>
    /// The gradient op keeps what lies in the range, and so does its own gradient; to the bounds it gives zeros. TensorFlow's rule raises
    /// an error.
    /// </summary>
    private static Tensor?[] QuantizeAndDequantizeGrad(RuleContext context)
    {
        (Tensor x, Tensor min, Tensor max) = (context.Inputs[1], context.Inputs[2], context.Inputs[3]);
        return context.Result(
            RawOps.QuantizeAndDequantizeV4Grad(context.UpstreamOf(0), x, min, max,
                context.Get(OpAttributes.QuantizeAndDequantizeV4Grad.Axis)).InputBackprop,
            context.Needs(1) ? RawOps.ZerosLike(x) : null,
            context.Needs(2) ? RawOps.ZerosLike(min) : null,
            context.Needs(3) ? RawOps.ZerosLike(max) : null);
    }
}
