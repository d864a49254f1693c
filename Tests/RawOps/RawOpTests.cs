using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.RawOperations;

public class RawOpTests : LeakChecked
{
    [Fact]
    public void Execute_WithAttributes_EqualsTheMethod()
    {
        using TensorScope scope = new();
        Tensor a = Tensor.From(new[,] { { 1.0, 2 }, { 3, 4 } }), b = Tensor.From(new[,] { { 5.0, 6 }, { 7, 8 } });
        Assert.Equal(RawOps.MatMul(a, b, transposeB: true).ToDoubles(),
            RawOp.Execute(OpNames.MatMul, [a, b], ("transpose_b", true))[0].ToDoubles());
        Assert.Equal(DType.Int32, RawOp.Execute(OpNames.Cast, [a], ("DstT", DType.Int32))[0].DType);
        // An integer for a number, and a list of dtypes.
        Assert.Equal([-3.0, 2.0], RawOp.Execute(OpNames.LeakyRelu, [Tensor.From([-3.0, 2.0])], ("alpha", 1L))[0].ToDoubles());
    }

    [Fact]
    public void Execute_WithLists_DividesInputsAndCountsOutputs()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([1.0, 2, 3, 4]), axis = Tensor.Scalar(0);
        Tensor[] parts = RawOp.Execute(OpNames.Split, [axis, x], ("num_split", 2L));
        Assert.Equal([2, 2], parts.Select(p => p.Shape.ElementCount));
        Assert.Equal([1.0, 2, 3, 4], RawOp.Execute(OpNames.ConcatV2, [.. parts, axis])[0].ToDoubles());
        Tensor even = Tensor.From([0, 2]), odd = Tensor.From([1, 3]);
        Assert.Equal([1.0, 3, 2, 4], RawOp.Execute(OpNames.DynamicStitch, [even, odd, .. parts])[0].ToDoubles());
        Assert.Equal(2, RawOp.Execute(OpNames.IdentityN, [x, axis]).Length);
        Assert.Equal(3, RawOp.Execute(OpNames.Unpack, [Tensor.From([1.0, 2, 3])], ("num", 3L)).Length);
    }

    [Fact]
    public void Execute_UnderTape_IsDifferentiated()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([1.0, 2.0]);
        using GradientTape tape = new();
        tape.Watch(x);
        Assert.Equal([2.0, 4.0], tape.Gradient(RawOp.Execute(OpNames.Square, [x])[0], x).ToDoubles());
    }

    [Theory]
    [InlineData("NoSuchOp", "", "LoadOpLibrary")]
    [InlineData("MatMul", "transpose_c", "'transpose_a' (bool)")]
    [InlineData("MatMul", "transpose_a", "to be of type bool, received one of kind Int")]
    [InlineData("MatMul", "", "expected the inputs a, b, received 1: float64(2,)")]
    [InlineData("Cast", "", "expected the attribute 'DstT' (type)")]
    public void Execute_OfWrong_SaysWhatWasExpected(string op, string attribute, string expected)
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([1.0, 2.0]);
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() => attribute.Length == 0
            ? RawOp.Execute(op, [x]) : RawOp.Execute(op, [x, x], (attribute, 1L)));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }
}
