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
        // TensorFlow declares that these have no gradient.
        rules.NotDifferentiable(OpNames.FakeQuantWithMinMaxArgsGradient, OpNames.FakeQuantWithMinMaxVarsGradient,
            OpNames.FakeQuantWithMinMaxVarsPerChannelGradient);
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
