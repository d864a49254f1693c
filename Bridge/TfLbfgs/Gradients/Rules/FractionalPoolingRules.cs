using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Pooling over cells of different sizes. The gradients of the gradient ops are ours: TensorFlow has none.</summary>
internal static class FractionalPoolingRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.FractionalMaxPool, context => context.Result(RawOps.FractionalMaxPoolGrad(
            context.Inputs[0], context.Outputs[0], context.Upstream, context.Outputs[1], context.Outputs[2],
            context.Get(OpAttributes.FractionalMaxPool.Overlapping))));
        rules.Add(OpNames.FractionalMaxPoolGrad, context => context.Result(
            context.Needs(0) ? RawOps.ZerosLike(context.Inputs[0]) : null,
            context.Needs(1) ? RawOps.ZerosLike(context.Inputs[1]) : null,
            context.Needs(2) ? AtMaxima(context) : null));
        rules.Add(OpNames.FractionalAvgPool, context => context.Result(RawOps.FractionalAvgPoolGrad(
            ShapeOf(context.Inputs[0]), context.Upstream, context.Outputs[1], context.Outputs[2],
            context.Get(OpAttributes.FractionalAvgPool.Overlapping))));
        rules.Add(OpNames.FractionalAvgPoolGrad, context => context.Result(null, Average(context)));
    }

    /// <summary>
    /// Reads the upstream gradient at the maxima of the cells. Where they are is asked of the op itself: it brings the number of each cell
    /// to its maximum. Cells that overlap may share a maximum, so those of even and odd rows and columns, which do not overlap, take
    /// turns.
    /// </summary>
    private static Tensor AtMaxima(RuleContext context)
    {
        (Tensor x, Tensor y, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        bool overlapping = context.Get(OpAttributes.FractionalMaxPoolGrad.Overlapping);
        Tensor cells = RawOps.Size(y, DType.Int64);
        Tensor number = Counting(cells);
        Tensor column = RawOps.FloorDiv(number, Dimension(y, 3));
        Tensor row = RawOps.FloorDiv(column, Dimension(y, 2));
        Tensor upstream = RawOps.Reshape(g, Ints(-1));
        (Tensor x64, Tensor y64) = (RawOps.Cast(x, DType.Float64), RawOps.Cast(y, DType.Float64));
        List<Tensor> sums = [];
        foreach ((long oddRow, long oddColumn) in (ReadOnlySpan<(long, long)>)(overlapping ? [(0, 0), (0, 1), (1, 0), (1, 1)] : [(0, 0)]))
        {
            Tensor numbers = number + 1;
            if (overlapping)
            {
                Tensor inTurn = RawOps.LogicalAnd(
                    RawOps.Equal(RawOps.FloorMod(row, Int64(2)), Int64(oddRow)),
                    RawOps.Equal(RawOps.FloorMod(RawOps.FloorMod(column, Dimension(y, 2)), Int64(2)), Int64(oddColumn)));
                numbers = RawOps.SelectV2(inTurn, numbers, Int64(0));
            }

            Tensor map = RawOps.FractionalMaxPoolGrad(
                x64, y64, RawOps.Reshape(RawOps.Cast(numbers, DType.Float64), ShapeOf(y)), context.Inputs[3], context.Inputs[4],
                overlapping);
            // What is no maximum gets the number -1, which a segment sum leaves out.
            sums.Add(RawOps.UnsortedSegmentSum(upstream, RawOps.Cast(RawOps.Reshape(map, Ints(-1)), DType.Int64) - 1, cells));
        }

        return RawOps.Reshape(sums.Count == 1 ? sums[0] : RawOps.AddN(sums), ShapeOf(y));
    }

    /// <summary>The means over the cells, which are products of a range of rows and one of columns.</summary>
    private static Tensor Average(RuleContext context)
    {
        Tensor g = context.Upstream;
        bool overlapping = context.Get(OpAttributes.FractionalAvgPoolGrad.Overlapping);
        Tensor rows = RawOps.Einsum([Means(context.Inputs[2], Dimension(g, 1), overlapping, g.DType), g], "ih,nhwc->niwc");
        return RawOps.Einsum([rows, Means(context.Inputs[3], Dimension(g, 2), overlapping, g.DType)], "niwc,jw->nijc");
    }

    /// <summary>The matrix [cells, size] that takes means over the ranges between the entries of a pooling sequence.</summary>
    private static Tensor Means(Tensor sequence, Tensor size, bool overlapping, DType dtype)
    {
        // TensorFlow infers a length that is one too small: while tracing it must be forgotten.
        if (sequence.IsSymbolic)
            sequence = RawOps.PlaceholderWithDefault(sequence, new long[] { -1 });
        Tensor start = RawOps.ExpandDims(RawOps.StridedSlice(sequence, Ints(0), Ints(-1), Ints(1)), Int32(1));
        Tensor end = RawOps.ExpandDims(RawOps.StridedSlice(sequence, Ints(1), Ints(0), Ints(1), endMask: 1), Int32(1));
        Tensor position = Counting(size);
        Tensor inside =
            RawOps.LogicalAnd(RawOps.GreaterEqual(position, start),
                overlapping ? RawOps.LessEqual(position, end) : RawOps.Less(position, end));
        Tensor mask = Indicator(inside, dtype);
        return mask / RawOps.Sum(mask, Ints(1), keepDims: true);
    }
}
