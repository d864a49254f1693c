namespace TfLbfgs.Gradients.Rules;

/// <summary>Ops that give their input on and do something else besides, such as printing.</summary>
internal static class PassingRules
{
    public static void AddTo(RuleTable rules)
    {
        foreach (string op in (ReadOnlySpan<string>)[OpNames.Print, OpNames.DebugIdentityV2, OpNames.DebugGradientIdentity])
            rules.Unary(op, (g, _, _) => g);
        rules.Add(OpNames.XlaSharding, context => context.Result(RawOps.XlaSharding(
            context.Upstream, context.Get(OpAttributes.XlaSharding.Sharding), context.Get(OpAttributes.XlaSharding.UnspecifiedDims))));
    }
}
