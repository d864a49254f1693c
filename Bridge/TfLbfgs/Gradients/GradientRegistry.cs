using TfLbfgs.Gradients.Rules;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>The rule of each op. The table is built at the first gradient from one file of rules per op family; nothing is scanned.</summary>
internal static class GradientRegistry
{
    private static readonly Lazy<Dictionary<string, GradientRule>> Rules = new(Build);

    /// <summary>The names of the ops that have a rule, those that stop gradients included.</summary>
    public static IReadOnlyCollection<string> Names => Rules.Value.Keys;

    /// <summary>Whether an op has a rule.</summary>
    public static bool Has(string op) => Rules.Value.ContainsKey(op);

    /// <summary>Whether the rule of an op is that no gradient passes.</summary>
    public static bool Stops(string op) => Rules.Value.TryGetValue(op, out GradientRule? rule) && rule == RuleTable.Stopped;

    /// <summary>The rule of an op.</summary>
    /// <exception cref="TfLbfgsException">None is known.</exception>
    public static GradientRule Find(Operation operation) => Rules.Value.TryGetValue(operation.Name, out GradientRule? rule)
        ? rule
        : throw new TfLbfgsException(
            $"The op {operation.Name} has no gradient rule, and the target depends on a source through it. Compute it outside the tape, stop the gradient with Tf.StopGradient, or replace the op.");

    private static Dictionary<string, GradientRule> Build()
    {
        RuleTable rules = new();
        UnaryRules.AddTo(rules);
        SpecialFunctionRules.AddTo(rules);
        ComplexRules.AddTo(rules);
        BinaryRules.AddTo(rules);
        ActivationRules.AddTo(rules);
        ReductionRules.AddTo(rules);
        MatrixRules.AddTo(rules);
        EinsumRule.AddTo(rules);
        ShapeRules.AddTo(rules);
        SliceRules.AddTo(rules);
        GatherRules.AddTo(rules);
        DataFlowRules.AddTo(rules);
        SegmentRules.AddTo(rules);
        LossRules.AddTo(rules);
        return rules.Rules;
    }
}
