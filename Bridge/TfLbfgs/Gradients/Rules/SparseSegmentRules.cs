using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Sums and means of gathered rows by segment, and the ops that TensorFlow has for their gradients: gathering and adding change places. A
/// mean divides by the number
/// of rows of a segment, "SqrtN" by its root.
/// </summary>
internal static class SparseSegmentRules
{
    public static void AddTo(RuleTable rules)
    {
        Add(rules, 0, OpNames.SparseSegmentSumGrad, OpNames.SparseSegmentSum, OpNames.SparseSegmentSumWithNumSegments);
        Add(rules, 1, OpNames.SparseSegmentMeanGrad, OpNames.SparseSegmentMean, OpNames.SparseSegmentMeanWithNumSegments);
        Add(rules, 0.5, OpNames.SparseSegmentSqrtNGrad, OpNames.SparseSegmentSqrtN, OpNames.SparseSegmentSqrtNWithNumSegments);
    }

    private static void Add(RuleTable rules, double power, string gradient, params ReadOnlySpan<string> ops)
    {
        foreach (string op in ops)
            rules.Add(op,
                context => context.Result(Back(context.Upstream, context.Inputs[1], context.Inputs[2], Rows(context.Inputs[0]), power)));
        rules.Add(gradient, context => context.Result(Forth(context, power)));
    }

    /// <summary>The gradient with respect to the data.</summary>
    private static Tensor Back(Tensor g, Tensor indices, Tensor segments, Tensor rows, double power)
    {
        Tensor gathered = RawOps.GatherV2(Scaled(g, segments, power), segments, Int32(0));
        return RawOps.UnsortedSegmentSum(gathered, indices, rows);
    }

    /// <summary>The gradient of the gradient op: the op itself.</summary>
    private static Tensor Forth(RuleContext context, double power)
    {
        (Tensor indices, Tensor segments) = (context.Inputs[1], context.Inputs[2]);
        Tensor gathered = RawOps.GatherV2(context.Upstream, indices, Int32(0));
        return Scaled(RawOps.UnsortedSegmentSum(gathered, segments, Rows(context.Inputs[0])), segments, power);
    }

    /// <summary>Rows of segments divided by a power of the number of rows that were added; empty segments stay.</summary>
    private static Tensor Scaled(Tensor g, Tensor segments, double power)
    {
        if (power == 0)
            return g;
        Tensor count = RawOps.UnsortedSegmentSum(RawOps.Fill(ShapeOf(segments), Tensor.Scalar(1, g.DType)), segments, Rows(g));
        Tensor atLeastOne = RawOps.Maximum(count, Tensor.Scalar(1, g.DType));
        Tensor divisor = power == 1 ? atLeastOne : RawOps.Sqrt(atLeastOne);
        for (int i = 1; i < g.Rank; i++)
            divisor = RawOps.ExpandDims(divisor, Int32(-1));
        return g / divisor;
    }

    /// <summary>The first dimension.</summary>
    private static Tensor Rows(Tensor x) =>
        x.Shape.HasRank && x.Shape[0] >= 0 ? Int32(x.Shape[0]) : RawOps.GatherV2(RawOps.Shape(x), Int32(0), Int32(0));
}
