using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Local response normalization and its gradient op, whose gradient is ours: TensorFlow has none.</summary>
internal static class LocalResponseRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.LRN, context => context.Result(RawOps.LRNGrad(
            context.Upstream, context.Inputs[0], context.Outputs[0], context.Get(OpAttributes.LRN.DepthRadius),
            context.Get(OpAttributes.LRN.Bias),
            context.Get(OpAttributes.LRN.Alpha), context.Get(OpAttributes.LRN.Beta))));
        rules.Add(OpNames.LRNGrad, context =>
        {
            Tensor[] sources = [context.Inputs[0], context.Inputs[1], context.Inputs[2]];
            using GradientTape tape = new(watchAccessedVariables: false);
            foreach (Tensor source in sources)
                tape.Watch(source);
            return context.Result(tape.GradientOrNull([Formula(context)], sources, [context.Upstream]));
        });
    }

    /// <summary>
    /// What LRNGrad computes: g D^-beta - 2 alpha beta x W(g y / D), where W sums over the window and D = bias + alpha W(x^2).
    /// </summary>
    private static Tensor Formula(RuleContext context)
    {
        (Tensor g, Tensor x, Tensor y) = (context.Inputs[0], context.Inputs[1], context.Inputs[2]);
        (float alpha, float beta) = (context.Get(OpAttributes.LRNGrad.Alpha), context.Get(OpAttributes.LRNGrad.Beta));
        Tensor channels = Dimension(x, 3);
        Tensor radius = Int64(context.Get(OpAttributes.LRNGrad.DepthRadius));
        Tensor window = RawOps.MatrixBandPart(RawOps.Fill(Dims(channels, channels), Tensor.Scalar(1, x.DType)), radius, radius);
        Tensor Windowed(Tensor values) => RawOps.Einsum([values, window], "nhwc,cd->nhwd");
        Tensor norm = Windowed(RawOps.Square(x)) * alpha + context.Get(OpAttributes.LRNGrad.Bias);
        return g * RawOps.Pow(norm, Tensor.Scalar(-beta, x.DType)) - x * Windowed(g * y / norm) * (2.0 * alpha * beta);
    }
}
