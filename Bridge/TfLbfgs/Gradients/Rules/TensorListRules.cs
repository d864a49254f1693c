using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Lists of tensors, as loops and tensor arrays fill them: the gradient of a list is a list.</summary>
internal static class TensorListRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.NotDifferentiable(OpNames.TensorListReserve, OpNames.EmptyTensorList, OpNames.TensorListLength,
            OpNames.TensorListElementShape);
        rules.Add(OpNames.TensorListFromTensor, FromTensor);
        rules.Add(OpNames.TensorListStack, Stack);
        rules.Add(OpNames.TensorListGetItem, GetItem);
        rules.Add(OpNames.TensorListSetItem, SetItem);
        rules.Add(OpNames.TensorListPushBack, PushBack);
        rules.Add(OpNames.TensorListPopBack, PopBack);
        rules.Add(OpNames.TensorListGather, Gather);
        rules.Add(OpNames.TensorListScatter, Scatter);
        rules.Add(OpNames.TensorListScatterV2, Scatter);
        rules.Add(OpNames.TensorListScatterIntoExistingList, ScatterIntoExisting);
        rules.Add(OpNames.TensorListConcat, Concat);
        rules.Add(OpNames.TensorListConcatV2, Concat);
        rules.Add(OpNames.TensorListSplit, Split);
        rules.Add(OpNames.TensorListResize, Resize);
    }

    private static Tensor?[] FromTensor(RuleContext context)
    {
        Tensor tensor = context.Inputs[0];
        long count = tensor.Shape.HasRank ? tensor.Shape[0] : -1;
        return context.Result(RawOps.TensorListStack(context.Upstream, ElementShape(tensor, isStack: true), tensor.DType, count));
    }

    private static Tensor?[] Stack(RuleContext context) =>
        context.Result(RawOps.TensorListFromTensor(context.Upstream, ElementShape(context.Outputs[0], isStack: true)));

    private static Tensor?[] GetItem(RuleContext context)
    {
        Tensor item = context.Outputs[0];
        // XLA does not know the length of a list that a loop returns; elsewhere a list without elements yet costs nothing.
        Tensor zeros = DispatchFrame.Current.Target is { IsCompiled: true }
            ? RawOps.ZerosLike(context.Inputs[0])
            : RawOps.TensorListReserve(ElementShape(item), RawOps.TensorListLength(context.Inputs[0]), item.DType);
        return context.Result(RawOps.TensorListSetItem(zeros, context.Inputs[1], context.Upstream));
    }

    private static Tensor?[] SetItem(RuleContext context)
    {
        (Tensor index, Tensor item) = (context.Inputs[1], context.Inputs[2]);
        return context.Result(
            context.Needs(0) ? RawOps.TensorListSetItem(context.Upstream, index, RawOps.ZerosLike(item)) : null,
            null,
            context.Needs(2) ? RawOps.TensorListGetItem(context.Upstream, index, ElementShape(item), item.DType) : null);
    }

    private static Tensor?[] PushBack(RuleContext context)
    {
        Tensor item = context.Inputs[1];
        RawOps.TensorListPopBackOutputs parts = RawOps.TensorListPopBack(context.Upstream, ElementShape(item), item.DType);
        return context.Result(parts.OutputHandle, parts.Tensor);
    }

    private static Tensor?[] PopBack(RuleContext context) =>
        context.Result(RawOps.TensorListPushBack(context.UpstreamOf(0), context.UpstreamOf(1)));

    private static Tensor?[] Gather(RuleContext context)
    {
        // An element that was gathered twice has the sum of both gradients.
        Tensor length = RawOps.ExpandDims(RawOps.TensorListLength(context.Inputs[0]), Int32(0));
        Tensor shape = RawOps.ConcatV2([length, ShapeOf(context.Outputs[0], DType.Int32)[1..]], Int32(0));
        Tensor all = RawOps.ScatterNd(RawOps.ExpandDims(context.Inputs[1], Int32(1)), context.Upstream, shape);
        return context.Result(RawOps.TensorListFromTensor(all, ElementShape(context.Outputs[0], isStack: true)));
    }

    private static Tensor?[] Scatter(RuleContext context)
    {
        Tensor tensor = context.Inputs[0];
        return context.Result(
            RawOps.TensorListGather(context.Upstream, context.Inputs[1], ElementShape(tensor, isStack: true), tensor.DType));
    }

    private static Tensor?[] ScatterIntoExisting(RuleContext context)
    {
        (Tensor tensor, Tensor indices) = (context.Inputs[1], context.Inputs[2]);
        return context.Result(
            context.Needs(0) ? RawOps.TensorListScatterIntoExistingList(context.Upstream, RawOps.ZerosLike(tensor), indices) : null,
            context.Needs(1)
                ? RawOps.TensorListGather(context.Upstream, indices, ElementShape(tensor, isStack: true), tensor.DType) : null);
    }

    private static Tensor?[] Concat(RuleContext context) =>
        context.Result(RawOps.TensorListSplit(context.Upstream, Open(context.Outputs[0]), context.Outputs[1]));

    private static Tensor?[] Split(RuleContext context)
    {
        Tensor tensor = context.Inputs[0];
        return context.Result(RawOps.TensorListConcatV2(context.Upstream, Open(tensor), context.Inputs[2], tensor.DType).Tensor);
    }

    private static Tensor?[] Resize(RuleContext context) =>
        context.Result(RawOps.TensorListResize(context.Upstream, RawOps.TensorListLength(context.Inputs[0])));

    /// <summary>
    /// The shape of an element, or of an element of a stack: as much as is known, which is as much as the list ops ask for.
    /// </summary>
    private static Tensor ElementShape(Tensor x, bool isStack = false)
    {
        if (!x.Shape.HasRank)
            return isStack ? RawOps.Shape(x, DType.Int32)[1..] : RawOps.Shape(x, DType.Int32);
        return Ints(x.Shape.Dims[(isStack ? 1 : 0)..], DType.Int32);
    }

    /// <summary>The shape of an element whose first size differs from element to element.</summary>
    private static Tensor Open(Tensor x) => x.Shape.HasRank ? Ints([-1, .. x.Shape.Dims[1..]], DType.Int32) : Tensor.Scalar(-1);
}
