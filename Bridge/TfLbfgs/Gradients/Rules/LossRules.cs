using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>The fused cross entropies. Their second output is the gradient of the first, so that a second order goes through it.</summary>
internal static class LossRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.SoftmaxCrossEntropyWithLogits, context => context.Result(
            context.Needs(0) ? WithRespectToLogits(context) : null,
            context.Needs(1) ? Column(context.UpstreamOf(0)) * -RawOps.LogSoftmax(context.Inputs[0]) : null));
        rules.Add(OpNames.SparseSoftmaxCrossEntropyWithLogits,
            context => context.Result(context.Needs(0) ? WithRespectToLogits(context) : null));
    }

    private static Tensor Column(Tensor g) => RawOps.ExpandDims(g, Int32(-1));

    private static Tensor WithRespectToLogits(RuleContext context)
    {
        Tensor g = Column(context.UpstreamOf(0)) * context.Outputs[1];
        if (!context.HasUpstream(1))
            return g;
        Tensor second = context.UpstreamOf(1);
        Tensor softmax = RawOps.Softmax(context.Inputs[0]);
        return g + (second - RawOps.Sum(second * softmax, Ints(-1), keepDims: true)) * softmax;
    }
}
