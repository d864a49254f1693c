using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Activations, their gradient ops, and biases.</summary>
internal static class ActivationRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Unary(OpNames.Relu, (g, _, y) => RawOps.ReluGrad(g, y));
        rules.Unary(OpNames.Relu6, (g, _, y) => RawOps.Relu6Grad(g, y));
        rules.Unary(OpNames.Elu, (g, _, y) => RawOps.EluGrad(g, y));
        rules.Unary(OpNames.Selu, (g, _, y) => RawOps.SeluGrad(g, y));
        rules.Unary(OpNames.Softplus, (g, x, _) => g * RawOps.Sigmoid(x));
        rules.Unary(OpNames.Softsign, (g, x, _) => RawOps.SoftsignGrad(g, x));
        rules.Unary(OpNames.Softmax, (g, _, y) => (g - RawOps.Sum(g * y, Ints(-1), keepDims: true)) * y);
        rules.Unary(OpNames.LogSoftmax, (g, _, y) => g - RawOps.Sum(g, Ints(-1), keepDims: true) * RawOps.Exp(y));
        rules.Add(OpNames.LeakyRelu,
            context => context.Result(
            RawOps.LeakyReluGrad(context.Upstream, context.Inputs[0], context.Get(OpAttributes.LeakyRelu.Alpha))));
        Gradients(rules);
        rules.Add(OpNames.BiasAdd, BiasAdd);
        rules.Add(OpNames.BiasAddV1,
            context => context.Result(context.Upstream, context.Needs(1) ? RawOps.BiasAddGrad(context.Upstream) : null));
        rules.Add(OpNames.BiasAddGrad, BiasAddGrad);
    }

    /// <summary>The gradient ops: the first input is the upstream gradient, the second what the derivative is computed from.</summary>
    private static void Gradients(RuleTable rules)
    {
        rules.Pair(OpNames.ReluGrad, (g, _, x, _) => RawOps.ReluGrad(g, x), (_, _, x, _) => RawOps.ZerosLike(x));
        rules.Pair(OpNames.Relu6Grad, (g, _, x, _) => RawOps.Relu6Grad(g, x), (_, _, x, _) => RawOps.ZerosLike(x));
        rules.Pair(OpNames.EluGrad, (g, _, y, _) => RawOps.EluGrad(g, y), (g, b, y, _) => WhereNegative(y, g * b));
        rules.Pair(OpNames.SeluGrad, (g, _, y, _) => RawOps.SeluGrad(g, y), (g, b, y, _) => WhereNegative(y, g * b));
        rules.Pair(OpNames.SoftplusGrad, (g, _, x, _) => RawOps.SoftplusGrad(g, x),
            (g, b, x, _) => g * b / (RawOps.Exp(-x) + 2 + RawOps.Exp(x)));
        rules.Pair(OpNames.SoftsignGrad, (g, _, x, _) => RawOps.SoftsignGrad(g, x), SoftsignSecond);
        rules.Add(OpNames.LeakyReluGrad, context => context.Result(
            context.Needs(0) ? RawOps.LeakyReluGrad(context.Upstream, context.Inputs[1], context.Get(OpAttributes.LeakyRelu.Alpha)) : null,
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
        context.Needs(1) ? RawOps.BiasAddGrad(context.Upstream, context.Get(OpAttributes.BiasAdd.DataFormat)) : null);

    /// <summary>The gradient of a bias gradient repeats along every dimension but the channels.</summary>
    private static Tensor?[] BiasAddGrad(RuleContext context)
    {
        (Tensor x, Tensor g) = (context.Inputs[0], context.Upstream);
        if (context.Get(OpAttributes.BiasAdd.DataFormat) == "NCHW")
        {
            // Channels stand second: dimensions of size 1 are put behind them for the broadcast.
            for (int i = 2; i < x.Rank; i++)
                g = RawOps.ExpandDims(g, Int32(-1));
        }

        return context.Result(RawOps.BroadcastTo(g, ShapeOf(x)));
    }
}
