using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.RawOperations;

/// <summary>One call through the library for each form that a generated method can have.</summary>
public sealed class RawOpsCallTests : LeakChecked
{
    private readonly TensorScope _scope = new();

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public void MatMul_TransposeAttribute_Applies()
    {
        var a = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } });
        var b = Tensor.From(new double[,] { { 5, 6 }, { 7, 8 } });

        Assert.Equal([19, 22, 43, 50], RawOps.MatMul(a, b).ToDoubles());
        Assert.Equal([26, 30, 38, 44], RawOps.MatMul(a, b, transposeA: true).ToDoubles());
    }

    [Fact]
    public void Split_CountAttribute_GivesThatManyTensors()
    {
        Tensor[] parts = RawOps.Split(Tensor.Scalar(0), Tensor.From([1f, 2f, 3f, 4f, 5f, 6f]), 3);

        Assert.Equal([[1, 2], [3, 4], [5, 6]], parts.Select(p => p.ToDoubles()));
    }

    [Fact]
    public void Unpack_AxisAttribute_CutsColumns()
    {
        Tensor[] columns = RawOps.Unpack(Tensor.From(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }), 3, axis: 1);

        Assert.Equal([[1, 4], [2, 5], [3, 6]], columns.Select(c => c.ToDoubles()));
    }

    [Fact]
    public void Unique_TypeAttribute_DecidesTheDTypeOfAnOutput()
    {
        RawOps.UniqueOutputs unique = RawOps.Unique(Tensor.From([7, 5, 7, 9]), outIdx: DType.Int64);

        Assert.Equal([7, 5, 9], unique.Y.ToArray<int>());
        Assert.Equal([0L, 1, 0, 2], unique.Idx.ToArray<long>());
    }

    [Fact]
    public void TopKV2_TwoOutputs_ComeByName()
    {
        RawOps.TopKV2Outputs top = RawOps.TopKV2(Tensor.From([1.0, 9, 4]), Tensor.Scalar(2));

        Assert.Equal([9, 4], top.Values.ToDoubles());
        Assert.Equal([1, 2], top.Indices.ToArray<int>());
    }

    [Fact]
    public void IdentityN_ListOfSeveralTypes_KeepsThem()
    {
        Tensor[] same = RawOps.IdentityN([Tensor.From([1.5, 2.5]), Tensor.From([3, 4, 5])]);

        Assert.Equal([DType.Float64, DType.Int32], same.Select(t => t.DType));
        Assert.Equal([3, 4, 5], same[1].ToArray<int>());
    }

    [Fact]
    public void DynamicStitch_TwoLists_AreMerged()
    {
        Tensor merged =
            RawOps.DynamicStitch([Tensor.From([0, 2]), Tensor.From([1, 3])], [Tensor.From([10.0, 30]), Tensor.From([20.0, 40])]);

        Assert.Equal([10, 20, 30, 40], merged.ToDoubles());
    }

    [Fact]
    public void DynamicStitch_ListsOfDifferentLength_AreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => RawOps.DynamicStitch([Tensor.From([0])], []));

        Assert.Contains("Received: 0 and 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddN_EmptyList_IsRefusedBeforeTheLibraryCrashes()
    {
        var error = Assert.Throws<ArgumentException>(() => RawOps.AddN([]));

        Assert.Contains("at least one tensor in 'inputs'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RaggedTensorToVariant_EmptyList_TakesTheDefaultDType()
    {
        Tensor variant = RawOps.RaggedTensorToVariant([], Tensor.From([1.0, 2, 3]), batchedInput: true);

        Assert.Equal(DType.Variant, variant.DType);
        Assert.Equal([3], variant.Shape);
    }

    [Fact]
    public void ParseExample_ListsBehindAnEmptyOne_AreRead()
    {
        // An Example proto with the feature a = [2.5], written by hand: features { feature { key: "a" value { float_list { value: 2.5 } } }
        // }.
        byte[] example = [0x0A, 0x0E, 0x0A, 0x0C, 0x0A, 0x01, (byte)'a', 0x12, 0x07, 0x12, 0x05, 0x0D, 0, 0, 0x20, 0x40];
        Tensor serialized = Tensor.FromStrings([System.Text.Encoding.Latin1.GetString(example)]);

        RawOps.ParseExampleOutputs parsed = RawOps.ParseExample(
            serialized, Tensor.FromStrings([], Shape.Create([0])), [], [Tensor.FromStrings(["a"], Shape.Scalar)], [Tensor.From([0f])], [],
                [Shape.Create([1])]);

        Assert.Empty(parsed.SparseValues);
        Assert.Equal([2.5], Assert.Single(parsed.DenseValues).ToDoubles());
    }

    [Fact]
    public void DynamicPartition_NegativeCount_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>("numPartitions",
            () => RawOps.DynamicPartition(Tensor.From([1.0]), Tensor.From([0]), -1));

    [Fact]
    public void MaxPool_ListAndStringAttributes_Apply()
    {
        Tensor image = RawOps.Reshape(Tensor.From([1f, 2f, 3f, 4f]), Tensor.From([1, 2, 2, 1]));

        Assert.Equal([4], RawOps.MaxPool(image, ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: "VALID").ToDoubles());
    }

    [Fact]
    public void Conv2D_DefaultOfAListAttribute_MayBeGivenToo()
    {
        Tensor image = RawOps.Reshape(Tensor.From([1f, 2f, 3f, 4f]), Tensor.From([1, 2, 2, 1]));
        Tensor filter = RawOps.Reshape(Tensor.From([10f]), Tensor.From([1, 1, 1, 1]));

        Assert.Equal([10, 20, 30, 40], RawOps.Conv2D(image, filter, [1, 1, 1, 1], "SAME").ToDoubles());
        Assert.Equal([10, 20, 30, 40], RawOps.Conv2D(image, filter, [1, 1, 1, 1], "SAME", dilations: [1, 1, 1, 1]).ToDoubles());
    }

    [Fact]
    public void Bucketize_FloatListAttribute_Applies() =>
        Assert.Equal([0, 1, 2], RawOps.Bucketize(Tensor.From([-1.0, 1, 5]), [0f, 3f]).ToArray<int>());

    [Fact]
    public void AssignVariableOp_NoOutput_ChangesTheVariable()
    {
        Tensor variable = RawOps.VarHandleOp(DType.Float64, Shape.Create([2]));

        RawOps.AssignVariableOp(variable, Tensor.From([1.0, 2]));
        RawOps.AssignAddVariableOp(variable, Tensor.From([10.0, 20]));

        Assert.Equal([11, 22], RawOps.ReadVariableOp(variable, DType.Float64).ToDoubles());
        RawOps.DestroyResourceOp(variable);
    }

    [Fact]
    public void SvdRecord_ThroughTheInvoker_KeepsTheOrderOfTheDefinition()
    {
        var matrix = Tensor.From(new double[,] { { 3, 0, 0 }, { 0, 4, 0 } });

        Tensor[] outputs = RawOpInvoker.Call("Svd", [matrix], new Dictionary<string, object?> { ["full_matrices"] = true });

        Assert.Equal([4, 3], outputs[0].ToDoubles());
        Assert.Equal([2, 2], outputs[1].Shape);
        Assert.Equal([3, 3], outputs[2].Shape);
    }

    [Fact]
    public void Cast_ThroughTheInvoker_TakesNamesOfTheDefinition()
    {
        Tensor cast = RawOpInvoker.Call("Cast", [Tensor.From([1.75])], new Dictionary<string, object?> { ["DstT"] = "int32" })[0];

        Assert.Equal([1], cast.ToArray<int>());
        Assert.Throws<ArgumentException>(() =>
            RawOpInvoker.Call("Cast", [cast], new Dictionary<string, object?> { ["SrcT"] = DType.Int32 }));
    }
}
