using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Connectionist temporal classification. The op computes its gradient with its value; how that depends on the input is the second
/// derivative of <see cref="CtcLoss"/>.
/// </summary>
internal static class CtcRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.CTCLoss, context =>
        {
            Tensor? first = context.HasUpstream(0) ? RawOps.ExpandDims(context.UpstreamOf(0), Int32(-1)) * context.Outputs[1] : null;
            if (!context.HasUpstream(1))
                return context.Result(first);
            if (context.Get(OpAttributes.CTCLoss.PreprocessCollapseRepeated) || !context.Get(OpAttributes.CTCLoss.CtcMergeRepeated))
            {
                throw new TfLbfgsException(
                    "The second derivative of CTCLoss: expected preprocess_collapse_repeated = false and ctc_merge_repeated = true, the defaults, received others. "
                    + "Collapse the labels with Tf.NN.CollapseRepeated first.");
            }

            Tensor second = RuleTable.FormulaGradient(context, inputs => [null, CtcLoss.Gradient(inputs)])[0]!;
            return context.Result(first is null ? second : first + second);
        });
    }
}
