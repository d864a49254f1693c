using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// The gradient of a sum of products is one again: of the upstream gradient and the other operand, with the labels of this one. Labels that
/// only this operand has
/// are broadcast, repeated ones go to the diagonal, and dimensions of the ellipsis that were broadcast are summed.
/// </summary>
internal static class EinsumRule
{
    private const string Ellipsis = "...";

    public static void AddTo(RuleTable rules) => rules.Add(OpNames.Einsum, context =>
    {
        string equation = context.Get(OpAttributes.Einsum.Equation).Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] inputs = sides[0].Split(',');
        Tensor?[] gradients = new Tensor?[inputs.Length];
        for (int i = 0; i < gradients.Length; i++)
        {
            if (context.Needs(i))
                gradients[i] = Gradient(context, inputs, sides[1], i);
        }

        return gradients;
    });

    private static Tensor Gradient(RuleContext context, string[] inputs, string output, int operand)
    {
        Tensor x = context.Inputs[operand];
        string own = inputs[operand];
        bool hasEllipsis = output.Contains(Ellipsis, StringComparison.Ordinal);
        string other = inputs.Length == 2 ? inputs[1 - operand] : "";
        string known =
            string.Concat(Labels(own).Distinct()
            .Where(label => output.Contains(label, StringComparison.Ordinal) || other.Contains(label, StringComparison.Ordinal)));
        string kept = (hasEllipsis ? Ellipsis : "") + known;
        Tensor g = inputs.Length == 2
            ? RawOps.Einsum([context.Upstream, Conj(context.Inputs[1 - operand])], $"{output},{other}->{kept}")
            : Same(output, kept) ? context.Upstream : RawOps.Einsum([context.Upstream], $"{output}->{kept}");
        if (hasEllipsis)
            g = SumEllipsis(g, x, own, known);
        return Arrange(g, x, own, (own.Contains(Ellipsis, StringComparison.Ordinal) ? Ellipsis : "") + known);
    }

    private static Tensor SumEllipsis(Tensor g, Tensor x, string own, string known)
    {
        int broadcast = g.Rank - known.Length;
        if (!own.Contains(Ellipsis, StringComparison.Ordinal))
        {
            if (g.Rank < 0)
                throw new TfLbfgsException($"The gradient of Einsum needs a rank that is known while tracing; received {g.Describe()}.");
            return broadcast == 0 ? g : RawOps.Sum(g, RawOps.Range(Int32(0), Int32(broadcast), Int32(1)));
        }

        string target = Ellipsis + known;
        Tensor like = Same(own, target) ? x : RawOps.Einsum([x], $"{own}->{target}");
        return Broadcast.SumTo(g, like)!;
    }

    /// <summary>Brings a gradient with some of the labels of an operand into its shape.</summary>
    private static Tensor Arrange(Tensor g, Tensor x, string own, string have)
    {
        string single = Single(own);
        string ordered = Keep(single, have);
        if (!Same(have, ordered))
            g = RawOps.Einsum([g], $"{have}->{ordered}");
        if (!Same(ordered, single))
        {
            int ellipsis = single.IndexOf(Ellipsis, StringComparison.Ordinal);
            string before = ellipsis < 0 ? single : single[..ellipsis];
            string after = ellipsis < 0 ? "" : single[(ellipsis + Ellipsis.Length)..];
            for (int i = 0; i < before.Length; i++)
            {
                if (!ordered.Contains(before[i], StringComparison.Ordinal))
                    g = RawOps.ExpandDims(g, Int32(i));
            }

            for (int i = after.Length - 1; i >= 0; i--)
            {
                if (!ordered.Contains(after[i], StringComparison.Ordinal))
                    g = RawOps.ExpandDims(g, Int32(i - after.Length));
            }

            // The shape of the operand with each label once.
            Tensor shape = Same(single, own) ? ShapeOf(x) : ShapeOf(RawOps.Einsum([x], $"{own}->{single}"));
            g = RawOps.BroadcastTo(g, shape);
        }

        return Same(single, own) ? g : RawOps.Einsum([g], $"{single}->{own}");
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.Ordinal);

    private static IEnumerable<char> Labels(string subscript) => subscript.Where(c => c != '.');

    /// <summary>A subscript with each label at its first place only.</summary>
    private static string Single(string subscript)
    {
        string result = "";
        foreach (char c in subscript)
        {
            if (c == '.' || !result.Contains(c, StringComparison.Ordinal))
                result += c;
        }

        return result;
    }

    /// <summary>A subscript without the labels that another one lacks.</summary>
    private static string Keep(string subscript, string other) =>
        string.Concat(subscript.Where(c => other.Contains(c, StringComparison.Ordinal)));
}
