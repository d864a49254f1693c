using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Collects the rules of the op families; its methods are the forms that most rules take.</summary>
internal sealed class RuleTable
{
    /// <summary>Gradient of an op of one input from the upstream gradient, the input and the output.</summary>
    public delegate Tensor UnaryRule(Tensor g, Tensor x, Tensor y);

    /// <summary>
    /// Gradient of an op of two inputs with respect to one of them, from the upstream gradient, the inputs and the output.
    /// </summary>
    public delegate Tensor? BinaryRule(Tensor g, Tensor x, Tensor y, Tensor z);

    /// <summary>The rule of ops through which no gradient passes.</summary>
    public static GradientRule None { get; } = static context => context.Result();

    /// <summary>The rules by op name.</summary>
    public Dictionary<string, GradientRule> Rules { get; } = [];

    /// <summary>Adds a rule of any form.</summary>
    public void Add(string op, GradientRule rule) => Rules.Add(op, rule);

    /// <summary>Adds the rule of an op whose first input alone has a gradient.</summary>
    public void Unary(string op, UnaryRule rule) =>
        Add(op, context => context.Result(rule(context.Upstream, context.Inputs[0], context.Outputs[0])));

    /// <summary>Adds the rules of an op of two inputs of one shape; only those that are of use are run.</summary>
    public void Pair(string op, BinaryRule first, BinaryRule second) => Add(op, context =>
    {
        (Tensor x, Tensor y) = (context.Inputs[0], context.Inputs[1]);
        return context.Result(
            context.Needs(0) ? first(context.Upstream, x, y, context.Outputs[0]) : null,
            context.Needs(1) ? second(context.Upstream, x, y, context.Outputs[0]) : null);
    });

    /// <summary>Adds the rules of an op of two inputs that broadcast; each gradient is summed back to the shape of its input.</summary>
    public void Broadcasting(string op, BinaryRule first, BinaryRule second) => Add(op, context =>
    {
        (Tensor x, Tensor y) = (context.Inputs[0], context.Inputs[1]);
        return context.Result(
            context.Needs(0) ? Broadcast.SumTo(first(context.Upstream, x, y, context.Outputs[0]), x, y) : null,
            context.Needs(1) ? Broadcast.SumTo(second(context.Upstream, x, y, context.Outputs[0]), y, x) : null);
    });

    /// <summary>Adds the rule of an op that a formula of differentiable ops can compute too: the gradient is that of the formula.</summary>
    public void Formula(string op, Func<IReadOnlyList<Tensor>, Tensor> formula) =>
        Add(op, context => FormulaGradient(context, inputs => [formula(inputs)]));

    /// <summary>The gradient of a formula that computes some or all outputs of an op; null: the others.</summary>
    public static Tensor?[] FormulaGradient(RuleContext context, Func<IReadOnlyList<Tensor>, Tensor?[]> formula)
    {
        // A tensor that is an input twice has a gradient for each place.
        HashSet<long> seen = [];
        Tensor[] inputs = [.. context.Inputs.Select(input => seen.Add(input.Id) ? input : RawOps.Identity(input))];
        int[] places = [.. Enumerable.Range(0, inputs.Length).Where(i => context.Needs(i) && inputs[i].DType.IsDifferentiable)];
        using GradientTape tape = new();
        Tensor[] sources = Array.ConvertAll(places, i => inputs[i]);
        foreach (Tensor source in sources)
            tape.Watch(source);
        Tensor?[] outputs = formula(inputs);
        int[] targets = [.. Enumerable.Range(0, outputs.Length).Where(i => outputs[i] is not null && context.HasUpstream(i))];
        Tensor?[] gradients = tape.GradientOrNull(
            Array.ConvertAll(targets, i => outputs[i]!), sources, Array.ConvertAll(targets, i => context.UpstreamOf(i)));
        Tensor?[] result = new Tensor?[context.Inputs.Count];
        for (int i = 0; i < places.Length; i++)
            result[places[i]] = gradients[i];
        return result;
    }

    /// <summary>Adds ops through which no gradient passes.</summary>
    public void NotDifferentiable(params ReadOnlySpan<string> ops)
    {
        foreach (string op in ops)
            Add(op, None);
    }
}
