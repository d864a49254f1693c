using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Selection by order along a dimension.</summary>
internal static class SelectionRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.TopKV2, context => context.Result(Scatter(context.Upstream, context.Outputs[1], context.Inputs[0])));
        rules.Add(OpNames.ApproxTopK, context => context.Result(ApproxTopK(context)));
        rules.Add(OpNames.NthElement, context =>
        {
            // Equal elements share the gradient.
            (Tensor x, Tensor g) = (context.Inputs[0], RawOps.ExpandDims(context.Upstream, Int32(-1)));
            Tensor selected = Indicator(RawOps.Equal(RawOps.ExpandDims(context.Outputs[0], Int32(-1)), x), g.DType);
            return context.Result(selected / RawOps.Sum(selected, Ints(-1), keepDims: true) * g);
        });
        rules.Add(OpNames.IsotonicRegression, IsotonicRegression);
        rules.NotDifferentiable(OpNames.InTopK, OpNames.InTopKV2);
    }

    /// <summary>Brings a gradient [..., k] to the positions [..., k] within rows of zeros [..., n].</summary>
    private static Tensor Scatter(Tensor g, Tensor positions, Tensor x)
    {
        (Tensor n, Tensor k) = (Dimension(x, -1), Dimension(positions, -1));
        Tensor total = SizeOf(positions);
        Tensor indices = RawOps.Reshape(RawOps.Cast(positions, DType.Int64), Ints(-1));
        if (x.Rank != 1)
            indices += RawOps.FloorDiv(Counting(total), RawOps.Maximum(k, Int64(1))) * n;
        Tensor flat = RawOps.ScatterNd(RawOps.ExpandDims(indices, Int32(1)), RawOps.Reshape(g, Ints(-1)), Dims(SizeOf(x)));
        return RawOps.Reshape(flat, ShapeOf(x));
    }

    private static Tensor SizeOf(Tensor x) => x.Shape.IsFullyKnown ? Int64(x.Shape.ElementCount) : RawOps.Size(x, DType.Int64);

    /// <summary>The dimension of the selection is brought to the end and back.</summary>
    private static Tensor ApproxTopK(RuleContext context)
    {
        (Tensor x, Tensor positions, Tensor g) = (context.Inputs[0], context.Outputs[1], context.Upstream);
        if (!x.Shape.HasRank)
            throw new TfLbfgsException($"The gradient of ApproxTopK needs a rank that is known while tracing; received {x.Describe()}.");
        int axis = (int)context.Get(OpAttributes.ApproxTopK.ReductionDimension);
        axis = axis < 0 ? axis + x.Rank : axis;
        long[] swap = [.. Enumerable.Range(0, x.Rank).Select(i => (long)(i == axis ? x.Rank - 1 : i == x.Rank - 1 ? axis : i))];
        Tensor Swapped(Tensor tensor) => axis == x.Rank - 1 ? tensor : RawOps.Transpose(tensor, Ints(swap));
        return Swapped(Scatter(Swapped(g), Swapped(positions), Swapped(x)));
    }

    /// <summary>Within a segment [batch, n] the output is the mean of the input, and so is the gradient.</summary>
    private static Tensor?[] IsotonicRegression(RuleContext context)
    {
        (Tensor x, Tensor segments, Tensor g) = (context.Inputs[0], context.Outputs[1], context.Upstream);
        (Tensor batch, Tensor n, Tensor total) = (Dimension(x, 0), Dimension(x, 1), SizeOf(x));
        Tensor segment = RawOps.Reshape(RawOps.Cast(segments, DType.Int64) + RawOps.ExpandDims(Counting(batch) * n, Int32(1)), Ints(-1));
        Tensor flat = RawOps.Reshape(g, Ints(-1));
        Tensor sums = RawOps.UnsortedSegmentSum(flat, segment, total);
        Tensor counts = RawOps.UnsortedSegmentSum(RawOps.OnesLike(flat), segment, total);
        Tensor means = RawOps.GatherV2(RawOps.DivNoNan(sums, counts), segment, Int32(0));
        return context.Result(RawOps.Reshape(means, ShapeOf(x)));
    }
}
