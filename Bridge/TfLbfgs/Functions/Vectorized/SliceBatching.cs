using TfLbfgs.Gradients.Rules;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>Slices and paddings, which leave the first axis whole, and gathers.</summary>
internal static class SliceBatching
{
    public static void AddTo(Dictionary<string, Func<BatchedOperation, Tensor[]?>> rules)
    {
        rules.Add(OpNames.Slice, op => op.IsStacked[0] && op.Prefixed(1, 0) is { } begin && op.Prefixed(2, -1) is { } size
            ? op.With(op.Inputs[0], begin, size) : null);
        rules.Add(OpNames.StridedSlice, StridedSlice);
        rules.Add(OpNames.StridedSliceGrad, StridedSliceGrad);
        foreach (string name in (ReadOnlySpan<string>)[OpNames.Pad, OpNames.PadV2, OpNames.MirrorPad, OpNames.MirrorPadGrad])
            rules.Add(name, Pad);
        rules.Add(OpNames.GatherV2, Gather);
    }

    /// <summary>The masks have a bit for each dimension: those of the elements move on by one.</summary>
    private static long Shifted(BatchedOperation op, AttributeKey<long> mask) => op.Operation.GetAttribute(mask) << 1;

    private static Tensor[]? StridedSlice(BatchedOperation op)
    {
        if (!op.IsStacked[0] || op.Prefixed(1, 0) is not { } begin || op.Prefixed(2, 0) is not { } end
            || op.Prefixed(3, 1) is not { } strides)
            return null;
        return
        [
            RawOps.StridedSlice(
                op.Inputs[0], begin, end, strides, Shifted(op, OpAttributes.StridedSlice.BeginMask) | 1,
                    Shifted(op, OpAttributes.StridedSlice.EndMask) | 1,
                Shifted(op, OpAttributes.StridedSlice.EllipsisMask), Shifted(op, OpAttributes.StridedSlice.NewAxisMask),
                    Shifted(op, OpAttributes.StridedSlice.ShrinkAxisMask)),
        ];
    }

    private static Tensor[]? StridedSliceGrad(BatchedOperation op)
    {
        if (!op.IsStacked[4] || op.PrefixedShape(0) is not { } shape || op.Prefixed(1, 0) is not { } begin
            || op.Prefixed(2, 0) is not { } end || op.Prefixed(3, 1) is not { } strides)
            return null;
        return
        [
            RawOps.StridedSliceGrad(
                shape, begin, end, strides, op.Inputs[4], Shifted(op, OpAttributes.StridedSliceGrad.BeginMask) | 1,
                    Shifted(op, OpAttributes.StridedSliceGrad.EndMask) | 1,
                Shifted(op, OpAttributes.StridedSliceGrad.EllipsisMask), Shifted(op, OpAttributes.StridedSliceGrad.NewAxisMask),
                    Shifted(op, OpAttributes.StridedSliceGrad.ShrinkAxisMask)),
        ];
    }

    private static Tensor[]? Pad(BatchedOperation op)
    {
        if (!op.IsOnlyFirstStacked)
            return null;
        Tensor none = RawOps.Reshape(RuleOperations.Ints([0, 0], op.Inputs[1].DType), RuleOperations.Ints(1, 2));
        Tensor paddings = RawOps.ConcatV2([none, op.Inputs[1]], RuleOperations.Int32(0));
        return op.Inputs.Length == 2 ? op.With(op.Inputs[0], paddings) : op.With(op.Inputs[0], paddings, op.Inputs[2]);
    }

    private static Tensor[]? Gather(BatchedOperation op)
    {
        long batch = op.Operation.GetAttribute(OpAttributes.GatherV2.BatchDims);
        if (op.IsStacked[2] || RuleOperations.ConstantValue(op.Inputs[2]) is not [var axis] || op.ElementRank(0) < 0
            || op.ElementRank(1) < 0)
            return null;
        axis = axis < 0 ? axis + op.ElementRank(0) : axis;
        batch = batch < 0 ? batch + op.ElementRank(1) : batch;
        if (op.IsStacked[0])
        {
            // Indices that all elements share need no copy for each where they have no batch.
            bool isShared = batch == 0 && !op.IsStacked[1];
            return [RawOps.GatherV2(op.Inputs[0], isShared
                ? op.Inputs[1] : op.Stacked(1), RuleOperations.Int32(axis + 1), isShared ? 0 : batch + 1)];
        }

        // The rows of one table for the indices of all elements.
        return axis == 0 && batch == 0 ? [RawOps.GatherV2(op.Inputs[0], op.Inputs[1], RuleOperations.Int32(0))] : null;
    }
}
