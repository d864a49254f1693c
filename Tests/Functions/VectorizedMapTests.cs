using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Gradients.DirectionalDifferences;

namespace TfLbfgs.Tests.Functions;

/// <summary><c>Tf.VectorizedMap</c> gives what the loop gives, with the calls of one element.</summary>
public class VectorizedMapTests : LeakChecked
{
    private const int Count = 5;

    private static Tensor A => Normal(1, DType.Float64, Count, 3, 4);

    private static Tensor B => Normal(2, DType.Float64, Count, 4);

    private static Tensor Shared => Normal(3, DType.Float64, 4, 2);

    public static TheoryData<string> Names => [.. Functions.Keys];

    /// <summary>Functions of a [3, 4], b [4] and a shared tensor [4, 2], in which each op is executed once for all elements.</summary>
    private static Dictionary<string, Func<Tensor, Tensor, Tensor, Tensor>> Functions => new()
    {
        ["element-wise"] = (a, b, _) => Tf.Tanh(a) * 2.0 - Tf.Exp(b) / (1 + a * a),
        ["broadcasting of a shared tensor of higher rank"] = (_, b, s) => b + Tf.Transpose(s),
        ["comparison and choice"] = (a, b, _) => RawOps.SelectV2(a > b, a, b * 0.5),
        ["product with a shared matrix"] = (a, _, s) => Tf.MatMul(a, s),
        ["transposed product with a shared matrix"] = (a, _, s) => Tf.MatMul(s, a, transposeA: true, transposeB: true),
        ["product of elements"] = (a, _, _) => Tf.MatMul(a, a, transposeB: true),
        ["shared left factor"] = (a, _, s) => Tf.MatMul(s, a[..2], transposeA: false),
        ["einsum"] = (a, b, s) => RawOps.Einsum([a, b], "ij,j->i") + RawOps.Einsum([a, s], "ij,jk->i"),
        ["reductions"] = (a, _, _) => Tf.ReduceSum(a, 0) + Tf.ReduceMax(a, -2) + Tf.ReduceMean(a),
        ["argmax"] = (a, _, _) => Tf.Cast(RawOps.ArgMax(a, Tensor.Scalar(1)), DType.Float64),
        ["cumulative sum"] = (a, _, _) => RawOps.Cumsum(a, Tensor.Scalar(0)) + RawOps.Cumprod(a, Tensor.Scalar(-1)),
        ["shapes"] = (a, b, _) =>
            Tf.Transpose(Tf.Reshape(a, [2, -1]), [1, 0]) * Tf.ExpandDims(b[..1], 0) + Tf.Cast(RawOps.Shape(a)[0], DType.Float64),
        ["joins and parts"] = (a, b, _) => Tf.Concat([a, Tf.ExpandDims(b, 0)], 0)[1.., 1..3] + RawOps.Pack([b[..2], b[2..]]).Shape[0],
        ["split and pack"] = (a, _, _) =>
            RawOps.Pack([.. RawOps.Unpack(a, 3), .. RawOps.Split(Tensor.Scalar(0), a, 3).Select(part => Tf.Reshape(part, [4]))], 1),
        ["padding and tiling"] = (a, _, _) => RawOps.Tile(RawOps.Pad(a, Tensor.From(new[,] { { 1, 0 }, { 0, 2 } })), Tensor.From([1, 2])),
        ["gathers"] = (a, b, s) =>
            RawOps.GatherV2(a, Tensor.From([2, 0]), Tensor.Scalar(0))
            + RawOps.GatherV2(s, Tf.Cast(b > 0, DType.Int32), Tensor.Scalar(0))[..2, ..1],
        ["softmax"] = (a, b, _) => RawOps.Softmax(a) + RawOps.LogSoftmax(Tf.Reshape(b, [1, 4])),
        ["linear algebra"] = (a, _, _) => RawOps.Cholesky(Tf.MatMul(a, a, transposeB: true) + Tf.Eye(3, dtype: DType.Float64)),
        ["images"] = (a, _, s) => Tf.NN.MaxPool2D(
            RawOps.BiasAdd(Tf.NN.Conv2D(Tf.Reshape(a, [1, 3, 4, 1]), Tf.Reshape(s, [2, 2, 1, 2]), [1, 1, 1, 1], "SAME"), s[0]),
                [1, 2, 2, 1], [1, 1, 1, 1], "VALID"),
        ["half the sum of squares"] = (a, b, _) => RawOps.L2Loss(a) + RawOps.L2Loss(b),
        ["cross entropy"] = (a, b, _) => RawOps.SparseSoftmaxCrossEntropyWithLogits(a, Tf.Cast(Tf.Abs(b[..3]), DType.Int32)).Loss,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void VectorizedMap_OfOpsWithAForm_IsTheLoopInOneCallEach(string name)
    {
        using TensorScope scope = new();
        Func<Tensor, Tensor, Tensor, Tensor> function = Functions[name];
        (Tensor a, Tensor b, Tensor shared) = (A, B, Shared);
        Tensor expected = Tf.MapFunction(e => [function(e[0], e[1], shared)], [a, b])[0];
        Tensor actual = Tf.VectorizedMap(e => [function(e[0], e[1], shared)], [a, b], fallBackToLoop: false)[0];
        AssertNear(expected, actual);

        // The number of calls does not depend on the number of elements.
        Assert.Equal(Calls(2), Calls(Count));

        long Calls(int count)
        {
            (Tensor x, Tensor y) = (a[..count], b[..count]);
            long before = NativeCounters.Now.Operations;
            _ = Tf.VectorizedMap(e => [function(e[0], e[1], shared)], [x, y]);
            return NativeCounters.Now.Operations - before;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void VectorizedMap_InAFunctionWithUnknownCount_IsTheLoop(string name)
    {
        using TensorScope scope = new();
        Func<Tensor, Tensor, Tensor, Tensor> function = Functions[name];
        (Tensor a, Tensor b, Tensor shared) = (A, B, Shared);
        using Function traced = new(x => [.. Tf.VectorizedMap(
            e => [function(e[0], e[1], x[2])],
            [RawOps.PlaceholderWithDefault(x[0], new long[] { -1, 3, 4 }), RawOps.PlaceholderWithDefault(x[1], new long[] { -1, 4 })])]);
        AssertNear(Tf.MapFunction(e => [function(e[0], e[1], shared)], [a, b])[0], traced.Call([a, b, shared])[0]);
    }

    [Fact]
    public void VectorizedMap_WithTapeInside_GivesTheGradientOfEachElement()
    {
        using TensorScope scope = new();
        (Tensor a, Tensor shared) = (A, Shared);
        AssertNear(Tf.MapFunction(Gradient, a), Tf.VectorizedMap(Gradient, a, fallBackToLoop: false));

        Tensor Gradient(Tensor x)
        {
            using GradientTape tape = new();
            tape.Watch(x);
            return tape.Gradient(Tf.ReduceSum(Tf.Tanh(Tf.MatMul(x, shared)) * Tf.ReduceMax(x)), x);
        }
    }

    [Fact]
    public void VectorizedMap_WithTapeOutside_HasTheGradientOfTheLoop()
    {
        using TensorScope scope = new();
        (Tensor a, Tensor shared) = (A, Shared);
        Tensor[] expected = Gradients(x => Tf.MapFunction(Inner, x)), actual = Gradients(x => Tf.VectorizedMap(Inner, x));
        AssertNear(expected[0], actual[0]);
        AssertNear(expected[1], actual[1]);

        Tensor Inner(Tensor x) => Tf.ReduceSum(Tf.Exp(Tf.MatMul(x, shared)), 0);

        Tensor[] Gradients(Func<Tensor, Tensor> map)
        {
            using GradientTape tape = new();
            tape.Watch(a);
            tape.Watch(shared);
            return tape.Gradient([map(a)], [a, shared]);
        }
    }

    [Fact]
    public void VectorizedMap_Nested_IsTheDoubleLoop()
    {
        using TensorScope scope = new();
        (Tensor a, Tensor b) = (A, B);
        Tensor expected =
            Tf.ReduceSum(RawOps.ExpandDims(a, Tensor.Scalar(2)) * a[.., .., .., TensorIndex.NewAxis]
            * b[.., TensorIndex.NewAxis, TensorIndex.NewAxis, ..], -1);
        Tensor actual = Tf.VectorizedMap(
            outer => [Tf.VectorizedMap(row => Tf.ReduceSum(Tf.ExpandDims(row, 0) * Tf.ExpandDims(row, 1) * outer[1], -1), outer[0])],
                [a, b], fallBackToLoop: false)[0];
        AssertNear(expected, actual);
    }

    [Fact]
    public void VectorizedMap_OfAnOpWithoutForm_LoopsOverItAlone_OrIsRefused()
    {
        using TensorScope scope = new();
        Tensor b = B;
        using Tensor segments = Tensor.From([0, 0, 1, 1]), two = Tensor.Scalar(2);
        Tensor Function(Tensor x) => Tf.Exp(RawOps.UnsortedSegmentMax(x * 2.0, segments, two));
        AssertNear(Tf.MapFunction(Function, b), Tf.VectorizedMap(Function, b));
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Tf.VectorizedMap(Function, b, fallBackToLoop: false));
        Assert.Contains("UnsortedSegmentMax", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VectorizedMap_OfAConstantResult_RepeatsIt()
    {
        using TensorScope scope = new();
        Tensor[] results = Tf.VectorizedMap(_ => [Tensor.From([1.0, 2.0])], [B]);
        Assert.Equal(Shape.Create([Count, 2]), results[0].Shape);
    }

    [Fact]
    public void VectorizedMap_ThatDrawsRandomNumbers_IsRefused()
    {
        using TensorScope scope = new();
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(
            () => Tf.VectorizedMap(x => x + Tf.Random.Uniform([4], dtype: DType.Float64), B));
        Assert.Contains("Draw random numbers outside", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VectorizedMap_WhoseElementEscapes_RefusesItsUse()
    {
        using TensorScope scope = new();
        Tensor? escaped = null;
        _ = Tf.VectorizedMap(x => escaped = x * 2.0, B);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => escaped! + 1.0);
        Assert.Contains("has ended", e.Message, StringComparison.Ordinal);
    }

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.DType, actual.DType);
        Assert.Equal(expected.ToDoubles(), actual.ToDoubles(), (x, y) => Math.Abs(x - y) <= 1e-12 * Math.Max(1, Math.Abs(x)));
    }
}
