using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;
using static TfLbfgs.Gradients.Rules.Matrices;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Cumulative sums, products and sums of exponentials.</summary>
internal static class CumulativeRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.Cumsum, context => context.Result(
            RawOps.Cumsum(context.Upstream, context.Inputs[1], context.Get(OpAttributes.Cumsum.Exclusive),
                !context.Get(OpAttributes.Cumsum.Reverse))));
        rules.Add(OpNames.Cumprod, context => context.Result(Product(context)));
        rules.Add(OpNames.CumulativeLogsumexp, LogSumExp);
    }

    /// <summary>
    /// The number of doublings that reach over a dimension; where its size is not known, over the longest one there can be.
    /// </summary>
    public static int Doublings(long length)
    {
        int count = 0;
        for (long reach = 1; length < 0 ? count < 31 : reach < length; reach *= 2)
            count++;
        return count;
    }

    /// <summary>
    /// The gradient at k is the product of what comes before k times S[k], the sum over the later i of g[i] and the elements between k and
    /// i. No element is divided
    /// by, so zeros do no harm, to any order. S[k] = g[k] + x[k + 1] S[k + 1] is solved by doubling: in step t, S reaches over 2^t
    /// elements.
    /// </summary>
    private static Tensor Product(RuleContext context)
    {
        (Tensor x, Tensor g) = (Conj(context.Inputs[0]), context.Upstream);
        if (ConstantAxes(context.Inputs[1], x.Rank) is not [var axis])
        {
            throw new TfLbfgsException(
                "The gradient of Cumprod needs an axis and a rank that are known while tracing; "
                + $"received axis {context.Inputs[1].Describe()} for {x.Describe()}.");
        }

        bool reverse = context.Get(OpAttributes.Cumsum.Reverse);
        int next = reverse ? -1 : 1;
        Tensor before = RawOps.Cumprod(x, context.Inputs[1], exclusive: true, reverse: reverse);
        Tensor sum = context.Get(OpAttributes.Cumsum.Exclusive) ? Shift(g, axis, next) : g;
        Tensor factor = Shift(x, axis, next);
        int doublings = Doublings(x.Shape[axis]);
        for (int i = 0; i < doublings; i++)
        {
            long reach = next * (1L << i);
            sum += factor * Shift(sum, axis, reach);
            if (i + 1 < doublings)
                factor *= Shift(factor, axis, reach);
        }

        return before * sum;
    }

    /// <summary>Positive and negative parts of the gradient go separately through logarithms.</summary>
    private static Tensor?[] LogSumExp(RuleContext context)
    {
        (Tensor x, Tensor axis, Tensor y, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Outputs[0], context.Upstream);
        Tensor lowest = Tensor.Scalar(LowestOf(g.DType), g.DType);
        return context.Result(Part(g > 0, g) - Part(g < 0, -g));

        Tensor Part(Tensor condition, Tensor part)
        {
            Tensor log = RawOps.SelectV2(condition, RawOps.Log(part), lowest);
            return RawOps.Exp(
                RawOps.CumulativeLogsumexp(log - y, axis, context.Get(OpAttributes.Cumsum.Exclusive),
                !context.Get(OpAttributes.Cumsum.Reverse)) + x);
        }
    }

    private static double LowestOf(DType dtype) => dtype switch
    {
        DType.Float64 => double.MinValue,
        DType.Float16 => (double)Half.MinValue,
        DType.BFloat16 => -3.3895313892515355e38,
        _ => float.MinValue,
    };
}
