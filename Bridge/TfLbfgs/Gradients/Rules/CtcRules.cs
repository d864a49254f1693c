using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Connectionist temporal classification. The op computes its gradient with its value; how that depends on the input is not known, and
/// asking for it is an error.
/// </summary>
internal static class CtcRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.CTCLoss, context => context.Result(RawOps.ExpandDims(context.UpstreamOf(0), Int32(-1)) * RawOps.PreventGradient(
            context.Outputs[1], "TensorFlow computes the loss of connectionist temporal classification with its first derivative only.")));
    }
}
