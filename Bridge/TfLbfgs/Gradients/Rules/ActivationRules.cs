using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Emit;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Activations, their gradient ops, and biases.</summary>
internal static class ActivationRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Unary("Relu", (g, _, y) => RawOps.ReluGrad(g, y));
        rules.Unary("Relu6", (g, _, y) => RawOps.Relu6Grad(g, y));
        rules.Unary("Elu", (g, _, y) => RawOps.EluGrad(g, y));
        rules.Unary("Selu", (g, _, y) => RawOps.SeluGrad(g, y));
        rules.Unary("Softplus", (g, x, _) => g * RawOps.Sigmoid(x));
        rules.Unary("Softsign", (g, x, _) => RawOps.SoftsignGrad(g, x));
        rules.Unary("Softmax", (g, _, y) => (g - RawOps.Sum(g * y, Ints(-1), keepDims: true)) * y);
        rules.Unary("LogSoftmax", (g, _, y) => g - RawOps.Sum(g, Ints(-1), keepDims: true) * RawOps.Exp(y));
        rules.Add("LeakyRelu", context => context.Result(RawOps.LeakyReluGrad(context.Upstream, context.Inputs[0], context.Float("alpha", 0.2f))));
        Gradients(rules);
        rules.Add("BiasAdd", BiasAdd);
        rules.Add("BiasAddV1", context => context.Result(context.Upstream, context.Needs(1) ? RawOps.BiasAddGrad(context.Upstream) : null));
        rules.Add("BiasAddGrad", BiasAddGrad);
    }

    /// <summary>The gradient ops: the first input is the upstream gradient, the second what the derivative is computed from.</summary>
    private static void Gradients(RuleTable rules)
    {
        rules.Pair("ReluGrad", (g, _, x, _) => RawOps.ReluGrad(g, x), (_, _, x, _) => RawOps.ZerosLike(x));
        rules.Pair("Relu6Grad", (g, _, x, _) => RawOps.Relu6Grad(g, x), (_, _, x, _) => RawOps.ZerosLike(x));
        rules.Pair("EluGrad", (g, _, y, _) => RawOps.EluGrad(g, y), (g, b, y, _) => WhereNegative(y, g * b));
        rules.Pair("SeluGrad", (g, _, y, _) => RawOps.SeluGrad(g, y), (g, b, y, _) => WhereNegative(y, g * b));
        rules.Pair("SoftplusGrad", (g, _, x, _) => RawOps.SoftplusGrad(g, x), (g, b, x, _) => g * b / (RawOps.Exp(-x) + 2 + RawOps.Exp(x)));
        rules.Pair("SoftsignGrad", (g, _, x, _) => RawOps.SoftsignGrad(g, x), SoftsignSecond);
        rules.Add("LeakyReluGrad", context => context.Result(
            context.Needs(0) ? RawOps.LeakyReluGrad(context.Upstream, context.Inputs[1], context.Float("alpha", 0.2f)) : null,
            context.Needs(1) ? RawOps.ZerosLike(context.Inputs[1]) : null));
    }

    private static Tensor WhereNegative(Tensor y, Tensor g) => RawOps.SelectV2(y < 0, g, RawOps.ZerosLike(y));

    // The derivative of 1 / (1 + |x|)^2. TensorFlow has no gradient of SoftsignGrad.
    private static Tensor SoftsignSecond(Tensor g, Tensor b, Tensor x, Tensor z)
    {
        Tensor scale = 1 + RawOps.Abs(x);
        return g * b * -2 * RawOps.Sign(x) / (scale * scale * scale);
    }

    private static Tensor?[] BiasAdd(RuleContext context) => context.Result(
        context.Needs(0) ? context.Upstream : null,
        context.Needs(1) ? RawOps.BiasAddGrad(context.Upstream, context.Text("data_format", "NHWC")) : null);

    /// <summary>The gradient of a bias gradient repeats along every dimension but the channels.</summary>
    private static Tensor?[] BiasAddGrad(RuleContext context)
    {
        (Tensor x, Tensor g) = (context.Inputs[0], context.Upstream);
        if (context.Text("data_format", "NHWC") == "NCHW")
        {
            // Channels stand second: dimensions of size 1 are put behind them for the broadcast.
            for (int i = 2; i < x.Rank; i++)
                g = RawOps.ExpandDims(g, Int32(-1));
        }

        return context.Result(RawOps.BroadcastTo(g, ShapeOf(x)));
    }
}
