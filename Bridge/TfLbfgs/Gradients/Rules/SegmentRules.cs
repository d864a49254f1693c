using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Reductions by segments of the first dimension, sorted or not.</summary>
internal static class SegmentRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.SegmentSum, context => context.Result(Rows(context.Upstream, context.Inputs[1])));
        rules.Add(OpNames.SegmentMean, context => context.Result(SegmentMean(context)));
        rules.Add(OpNames.SegmentMax, context => context.Result(SegmentExtremum(context)));
        rules.Add(OpNames.SegmentMin, context => context.Result(SegmentExtremum(context)));
        rules.Add(OpNames.SegmentProd, context => context.Result(SegmentProduct(context)));
        rules.Add(OpNames.UnsortedSegmentSum, context => context.Result(RowsOrZero(context.Upstream, context.Inputs[1])));
        rules.Add(OpNames.UnsortedSegmentMax, context => context.Result(UnsortedExtremum(context)));
        rules.Add(OpNames.UnsortedSegmentMin, context => context.Result(UnsortedExtremum(context)));
        rules.Add(OpNames.UnsortedSegmentProd, context => context.Result(UnsortedProduct(context)));
    }

    private static Tensor Rows(Tensor g, Tensor ids) => RawOps.GatherV2(g, ids, Int32(0));

    /// <summary>The rows of the segments, and zeros where the segment id is negative, which drops the row.</summary>
    private static Tensor RowsOrZero(Tensor g, Tensor ids)
    {
        Tensor rows = Rows(g, RawOps.Maximum(ids, RawOps.ZerosLike(ids)));
        return RawOps.SelectV2(Kept(rows, ids), rows, RawOps.ZerosLike(rows));
    }

    /// <summary>Which rows are in a segment, with dimensions of size 1 up to the rank of the rows.</summary>
    private static Tensor Kept(Tensor rows, Tensor ids)
    {
        Tensor kept = RawOps.GreaterEqual(ids, RawOps.ZerosLike(ids));
        if (rows.Rank >= 0 && ids.Rank >= 0)
        {
            for (int i = ids.Rank; i < rows.Rank; i++)
                kept = RawOps.ExpandDims(kept, Int32(-1));
            return kept;
        }

        Tensor missing = RawOps.Reshape(RawOps.Rank(rows) - RawOps.Rank(ids), Ints(1));
        return RawOps.Reshape(kept, RawOps.ConcatV2([RawOps.Shape(ids), RawOps.Fill(missing, Int32(1))], Int32(0)));
    }

    private static Tensor SegmentMean(RuleContext context)
    {
        (Tensor x, Tensor ids, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        Tensor ones = RawOps.Fill(ShapeOf(ids), Tensor.Scalar(1, g.DType));
        for (int i = 1; i < x.Rank; i++)
            ones = RawOps.ExpandDims(ones, Int32(-1));
        return Rows(g / RawOps.SegmentSum(ones, ids), ids);
    }

    private static Tensor SegmentExtremum(RuleContext context)
    {
        (Tensor x, Tensor ids, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        Tensor selected = RawOps.Equal(x, Rows(context.Outputs[0], ids));
        Tensor count = RawOps.SegmentSum(Indicator(selected, g.DType), ids);
        return RawOps.SelectV2(selected, Rows(g / count, ids), RawOps.ZerosLike(x));
    }

    /// <summary>The product of the others: by division, and where an element is zero from the product of those that are not.</summary>
    private static Tensor SegmentProduct(RuleContext context)
    {
        (Tensor x, Tensor ids, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        Tensor isZero = RawOps.Equal(x, Tensor.Scalar(0, x.DType));
        Tensor zeros = RawOps.SegmentSum(RawOps.Cast(isZero, DType.Int32), ids);
        g = RawOps.SelectV2(RawOps.Greater(zeros, Int32(1)), RawOps.ZerosLike(g), g);
        Tensor nonZero = RawOps.SelectV2(isZero, RawOps.OnesLike(x), x);
        Tensor others = RawOps.SelectV2(isZero, Rows(RawOps.SegmentProd(nonZero, ids), ids), Rows(context.Outputs[0], ids) / nonZero);
        return Rows(g, ids) * others;
    }

    private static Tensor UnsortedExtremum(RuleContext context)
    {
        (Tensor x, Tensor ids, Tensor number, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Inputs[2], context.Upstream);
        Tensor extremum = RowsOrZero(context.Outputs[0], ids);
        Tensor selected = RawOps.LogicalAnd(RawOps.Equal(x, extremum), Kept(extremum, ids));
        Tensor count = RawOps.UnsortedSegmentSum(Indicator(selected, g.DType), ids, number);
        Tensor shares = RowsOrZero(g / count, ids);
        return RawOps.SelectV2(selected, shares, RawOps.ZerosLike(shares));
    }

    private static Tensor UnsortedProduct(RuleContext context)
    {
        (Tensor x, Tensor ids, Tensor number, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Inputs[2], context.Upstream);
        Tensor isZero = RawOps.Equal(x, Tensor.Scalar(0, x.DType));
        Tensor zeros = RawOps.UnsortedSegmentSum(RawOps.Cast(isZero, DType.Int32), ids, number);
        g = RawOps.SelectV2(RawOps.Greater(zeros, Int32(1)), RawOps.ZerosLike(g), g);
        Tensor nonZero = RawOps.SelectV2(isZero, RawOps.OnesLike(x), x);
        Tensor clipped = RawOps.Maximum(ids, RawOps.ZerosLike(ids));
        // Divided by x, not by what replaces its zeros: those quotients are not taken.
        Tensor others = RawOps.SelectV2(isZero, Rows(RawOps.UnsortedSegmentProd(nonZero, ids, number), clipped), Rows(context.Outputs[0], clipped) / x);
        return RowsOrZero(g, ids) * others;
    }
}
