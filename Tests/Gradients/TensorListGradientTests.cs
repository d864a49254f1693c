using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Gradients.DirectionalDifferences;

namespace TfLbfgs.Tests.Gradients;

/// <summary>The rule of each op on lists of tensors, against differences, eagerly and traced.</summary>
public class TensorListGradientTests : LeakChecked
{
    [CoversOps(OpNames.TensorListFromTensor, OpNames.TensorListGetItem, OpNames.TensorListSetItem, OpNames.TensorListStack)]
    [Fact]
    public void SetItem_OfListFromTensor_HasSecondOrder() => CheckList(x =>
    {
        Tensor list = RawOps.TensorListFromTensor(x * x, Ints(2));
        Tensor item = RawOps.TensorListGetItem(list, Tensor.Scalar(1), Ints(2), DType.Float64);
        return RawOps.TensorListStack(RawOps.TensorListSetItem(list, Tensor.Scalar(0), item * item), Ints(2), DType.Float64);
    });

    [CoversOps(OpNames.TensorListPushBack, OpNames.TensorListPopBack)]
    [Fact]
    public void PopBack_OfPushedList_HasSecondOrder() => CheckList(x =>
    {
        Tensor list = RawOps.TensorListPushBack(RawOps.TensorListFromTensor(x * x, Ints(2)), x[0] * x[1]);
        RawOps.TensorListPopBackOutputs last = RawOps.TensorListPopBack(list, Ints(2), DType.Float64);
        return RawOps.TensorListStack(last.OutputHandle, Ints(2), DType.Float64) * last.Tensor;
    });

    [CoversOps(OpNames.TensorListGather, OpNames.TensorListResize)]
    [Fact]
    public void Gather_OfResizedList_HasSecondOrder() => CheckList(x =>
    {
        Tensor list = RawOps.TensorListResize(RawOps.TensorListFromTensor(x * x, Ints(2)), Tensor.Scalar(2));
        return RawOps.TensorListGather(list, Ints(1, 0, 1), Ints(2), DType.Float64);
    });

    [CoversOps(OpNames.TensorListScatter, OpNames.TensorListScatterV2, OpNames.TensorListScatterIntoExistingList)]
    [Fact]
    public void Scatter_OfRows_HasSecondOrder() => CheckList(x =>
    {
        Tensor first = RawOps.TensorListScatter(x * x, Ints(2, 0, 1), Ints(2));
        Tensor second = RawOps.TensorListScatterV2(x * x, Ints(1, 2, 0), Ints(2), Tensor.Scalar(3));
        Tensor third = RawOps.TensorListScatterIntoExistingList(second, RawOps.ExpandDims(x[0] * x[2], Tensor.Scalar(0)), Ints(1));
        return RawOps.TensorListStack(first, Ints(2), DType.Float64) * RawOps.TensorListStack(third, Ints(2), DType.Float64);
    });

    [CoversOps(OpNames.TensorListSplit, OpNames.TensorListConcat, OpNames.TensorListConcatV2)]
    [Fact]
    public void Concat_OfSplitList_HasSecondOrder() => CheckList(x =>
    {
        using Tensor lengths = Tensor.From([1L, 2L]), none = Tensor.From<long>([], [0]);
        Tensor list = RawOps.TensorListSplit(x * x, Ints(-1, 2), lengths);
        return RawOps.TensorListConcat(list, DType.Float64, new long[] { -1, 2 }).Tensor
            * RawOps.TensorListConcatV2(list, Ints(-1, 2), none, DType.Float64).Tensor;
    });

    private static void CheckList(Func<Tensor, Tensor> op)
    {
        using TensorScope scope = new();
        Check(x => op(x[0]), [Normal(1, DType.Float64, 3, 2)]);
    }

    private static Tensor Ints(params int[] values) => Tensor.From(values);
}
