using System.Collections.Concurrent;
using TfLbfgs.Gradients.Rules;

namespace TfLbfgs.Gradients;

/// <summary>
/// The gradient rule of each op. Those of TensorFlow's ops are there from the start: the table is built at the first gradient, from one
/// file of rules per op family. Add a rule for an op of your own library, or replace one, with
/// <see cref="Register"/>. Thread-safe. Python: <c>tf.RegisterGradient</c>.
/// </summary>
public static class GradientRegistry
{
    private static readonly Lazy<ConcurrentDictionary<string, GradientRule>> Rules = new(Build);
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, List<Registration>> Registrations = new(StringComparer.Ordinal);

    /// <summary>The names of the ops that have a rule, those through which no gradient passes included.</summary>
    public static IReadOnlyCollection<string> Names => [.. Rules.Value.Keys];

    /// <summary>Whether an op has a rule.</summary>
    /// <param name="op">The op's name.</param>
    /// <returns>Whether a rule is registered.</returns>
    public static bool Has(string op) => Rules.Value.ContainsKey(op);

    /// <summary>Whether an op is registered as one through which no gradient passes. Python: <c>tf.no_gradient</c>.</summary>
    /// <param name="op">The op's name.</param>
    /// <returns>Whether its rule is that there is no gradient.</returns>
    public static bool IsNotDifferentiable(string op) => Rules.Value.TryGetValue(op, out GradientRule? rule) && rule == RuleTable.None;

    /// <summary>
    /// Registers the rule of an op, in place of the one that it has; every gradient that is taken from now on uses it. Python:
    /// <c>tf.RegisterGradient</c>.
    /// </summary>
    /// <param name="op">The op's name.</param>
    /// <param name="rule">The rule; called on the thread that takes a gradient, by several threads at once.</param>
    /// <returns>Dispose it to have the earlier rule back, as a test does; otherwise leave it alone.</returns>
    public static IDisposable Register(string op, GradientRule rule)
    {
        ArgumentException.ThrowIfNullOrEmpty(op);
        ArgumentNullException.ThrowIfNull(rule);
        lock (Gate)
        {
            if (!Registrations.TryGetValue(op, out List<Registration>? registered))
            {
                Registrations[op] = registered = [];
                // The first of the list is what stands there without any registration.
                registered.Add(new Registration(op, Rules.Value.GetValueOrDefault(op)));
            }

            Registration added = new(op, rule);
            registered.Add(added);
            Rules.Value[op] = rule;
            return added;
        }
    }

    /// <summary>The rule of an op; null: none is known.</summary>
    internal static GradientRule? Find(string op) => Rules.Value.GetValueOrDefault(op);

    private static ConcurrentDictionary<string, GradientRule> Build()
    {
        RuleTable rules = new();
        UnaryRules.AddTo(rules);
        SpecialFunctionRules.AddTo(rules);
        ComplexRules.AddTo(rules);
        BinaryRules.AddTo(rules);
        ActivationRules.AddTo(rules);
        ConvolutionRules.AddTo(rules);
        PoolingRules.AddTo(rules);
        FractionalPoolingRules.AddTo(rules);
        DilationRules.AddTo(rules);
        BatchNormalizationRules.AddTo(rules);
        LocalResponseRules.AddTo(rules);
        QuantizationRules.AddTo(rules);
        ResizeRules.AddTo(rules);
        CropRules.AddTo(rules);
        ProjectiveTransformRules.AddTo(rules);
        ColorRules.AddTo(rules);
        BlockRules.AddTo(rules);
        PatchRules.AddTo(rules);
        SelectionRules.AddTo(rules);
        CtcRules.AddTo(rules);
        BlockLstmRules.AddTo(rules);
        RandomRules.AddTo(rules);
        PassingRules.AddTo(rules);
        ReductionRules.AddTo(rules);
        CumulativeRules.AddTo(rules);
        MatrixRules.AddTo(rules);
        LinearSystemRules.AddTo(rules);
        TridiagonalRules.AddTo(rules);
        DecompositionRules.AddTo(rules);
        MatrixFunctionRules.AddTo(rules);
        FourierRules.AddTo(rules);
        EinsumRule.AddTo(rules);
        ShapeRules.AddTo(rules);
        SliceRules.AddTo(rules);
        GatherRules.AddTo(rules);
        DataFlowRules.AddTo(rules);
        SegmentRules.AddTo(rules);
        SparseSegmentRules.AddTo(rules);
        SparseRules.AddTo(rules);
        RaggedRules.AddTo(rules);
        SparseMatrixRules.AddTo(rules);
        ContainerRules.AddTo(rules);
        StopRules.AddTo(rules);
        LossRules.AddTo(rules);
        TensorListRules.AddTo(rules);
        return new ConcurrentDictionary<string, GradientRule>(rules.Rules, StringComparer.Ordinal);
    }

    private sealed class Registration(string op, GradientRule? rule) : IDisposable
    {
        public void Dispose()
        {
            lock (Gate)
            {
                List<Registration> registered = Registrations[op];
                // The newest that is left counts, in any order of disposal.
                if (!registered.Remove(this))
                    return;
                if (registered[^1].Rule is { } newest)
                    Rules.Value[op] = newest;
                else
                    Rules.Value.TryRemove(op, out _);
            }
        }

        private GradientRule? Rule => rule;
    }
}
