using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Matrices;
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

    private static Tensor SegmentProduct(RuleContext context)
    {
        (Tensor x, Tensor ids) = (context.Inputs[0], context.Inputs[1]);
        return Rows(context.Upstream, ids) * OthersOfSegment(Conj(x), ids);
    }

    /// <summary>
    /// The product of the other rows of a segment: those before and those after, by doubling. No row is divided by, so zeros do no harm, to
    /// any order.
    /// </summary>
    private static Tensor OthersOfSegment(Tensor x, Tensor ids)
    {
        Tensor one = Tensor.Scalar(1, x.DType);
        // Ids below zero, which are none, are what Shift lets in: it brings zeros.
        Tensor marks = ids - RawOps.Min(ids, Ints(0)) + 1;
        return Side(1) * Side(-1);

        Tensor Side(int next)
        {
            Tensor product = RawOps.SelectV2(Joined(next), Shift(x, 0, next), one);
            int doublings = CumulativeRules.Doublings(ids.Shape[0]);
            for (int i = 0; i < doublings; i++)
            {
                long reach = next * (1L << i);
                product *= RawOps.SelectV2(Joined(reach), Shift(product, 0, reach), one);
            }

            return product;
        }

        Tensor Joined(long reach)
        {
            Tensor joined = RawOps.Equal(marks, Shift(marks, 0, reach));
            for (int i = 1; i < x.Rank; i++)
                joined = RawOps.ExpandDims(joined, Int32(-1));
            return joined;
        }
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

    /// <summary>Sorts the rows by segment, which brings those of a segment together.</summary>
    private static Tensor UnsortedProduct(RuleContext context)
    {
        (Tensor x, Tensor ids, Tensor g) = (Conj(context.Inputs[0]), context.Inputs[1], context.Upstream);
        if (!x.Shape.HasRank || !ids.Shape.HasRank)
            throw new TfLbfgsException("The gradient of UnsortedSegmentProd needs ranks that are known while tracing; received "
                + $"{x.Describe()} and ids {ids.Describe()}.");
        Tensor count = ids.Shape.IsFullyKnown ? Int32(ids.Shape.ElementCount) : RawOps.Size(ids);
        Tensor flatIds = RawOps.Reshape(ids, Ints(-1));
        Tensor order = RawOps.TopKV2(-flatIds, count).Indices;
        Tensor rest = RawOps.Slice(ShapeOf(x), Ints(ids.Rank), Ints(-1));
        Tensor flat = RawOps.Reshape(x, RawOps.ConcatV2([RawOps.Reshape(RawOps.Cast(count, DType.Int64), Ints(1)), rest], Int32(0)));
        Tensor others = OthersOfSegment(Rows(flat, order), Rows(flatIds, order));
        return RowsOrZero(g, ids) * ReshapeLike(Rows(others, RawOps.InvertPermutation(order)), x);
    }
}
