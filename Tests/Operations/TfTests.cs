using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Operations;

/// <summary>The facade against values computed by hand, a few per group.</summary>
public sealed class TfTests : LeakChecked
{
    private readonly TensorScope _scope = new();

    private static Tensor Matrix => Tf.Constant(new[,] { { 1.0, 2, 3 }, { 4, 5, 6 } });

    [Fact]
    public void Creation_OfConstants_HasValuesAndDTypes()
    {
        Expect(Tf.Zeros([2]), [2], 0, 0);
        Assert.Equal(DType.Float32, Tf.Ones([1]).DType);
        Expect(Tf.Fill([2, 1], 7, DType.Int32), [2, 1], 7, 7);
        Expect(Tf.Range(1, 10, 3), [3], 1, 4, 7);
        Expect(Tf.Linspace(0, 1, 5, DType.Float64), [5], 0, 0.25, 0.5, 0.75, 1);
        Expect(Tf.OnesLike(Matrix), [2, 3], 1, 1, 1, 1, 1, 1);
        Expect(Tf.Cast(Tf.Constant([1.7, -1.7]), DType.Int32), [2], 1, -1);
        Expect(Tf.Constant(5, DType.Float16), [], 5);
    }

    [Fact]
    public void Shapes_Change_AsAsked()
    {
        Tensor x = Matrix;
        Expect(Tf.Shape(x), [2], 2, 3);
        Expect(Tf.Size(x), [], 6);
        Expect(Tf.Rank(x), [], 2);
        Expect(Tf.Reshape(x, [3, -1]), [3, 2], 1, 2, 3, 4, 5, 6);
        Expect(Tf.Reshape(x, Tf.Constant([6])), [6], 1, 2, 3, 4, 5, 6);
        Expect(Tf.Transpose(x), [3, 2], 1, 4, 2, 5, 3, 6);
        Expect(Tf.Transpose(x, [0, 1]), [2, 3], 1, 2, 3, 4, 5, 6);
        Expect(Tf.ExpandDims(x[0], -1), [3, 1], 1, 2, 3);
        Expect(Tf.Squeeze(Tf.ExpandDims(x[0], 0)), [3], 1, 2, 3);
        Expect(Tf.Tile(x[0], 2), [6], 1, 2, 3, 1, 2, 3);
        Expect(Tf.BroadcastTo(x[0], [2, 3]), [2, 3], 1, 2, 3, 1, 2, 3);
        Expect(Tf.Pad(x[0], new[,] { { 1, 2 } }, 9), [6], 9, 1, 2, 3, 9, 9);
        Expect(Tf.Reverse(x, 1), [2, 3], 3, 2, 1, 6, 5, 4);
        Expect(Tf.Roll(x[0], 1, 0), [3], 3, 1, 2);
    }

    [Fact]
    public void Arrays_AreJoinedAndDivided()
    {
        Tensor x = Matrix;
        Expect(Tf.Concat([x, x], 1), [2, 6], 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6);
        Expect(Tf.Concat([x], 0), [2, 3], 1, 2, 3, 4, 5, 6);
        Expect(Tf.Stack([x[0], x[1]], 1), [3, 2], 1, 4, 2, 5, 3, 6);
        Assert.Equal([3.0, 6.0], Tf.Unstack(x, 1)[2].ToDoubles());
        Assert.Equal([2.0, 5.0], Tf.Split(x, 3, 1)[1].ToDoubles());
        Assert.Equal([2.0, 3, 5, 6], Tf.Split(x, [1, -1], 1)[1].ToDoubles());
        Expect(Tf.Slice(x, [0, 1], [2, -1]), [2, 2], 2, 3, 5, 6);
        Expect(Tf.Gather(x, Tf.Constant([2, 0]), axis: 1), [2, 2], 3, 1, 6, 4);
        Expect(Tf.GatherNd(x, Tf.Constant(new[,] { { 1, 2 } })), [1], 6);
        Expect(Tf.Where(x > 4), [2, 2], 1, 1, 1, 2);
        Expect(Tf.Where(x > 4, x, Tf.Constant(0.0)), [2, 3], 0, 0, 0, 0, 5, 6);
        Tensor[] parts = Tf.DynamicPartition(x[0], Tf.Constant([1, 0, 1]), 2);
        Expect(parts[1], [2], 1, 3);
        Expect(Tf.DynamicStitch([Tf.Constant([1]), Tf.Constant([0, 2])], parts), [3], 1, 2, 3);
        Expect(Tf.OneHot(Tf.Constant([1]), 3), [1, 3], 0, 1, 0);
    }

    [Fact]
    public void Reductions_TakeAxes()
    {
        Tensor x = Matrix;
        Expect(Tf.ReduceSum(x), [], 21);
        Expect(Tf.ReduceSum(x, 0), [3], 5, 7, 9);
        Expect(Tf.ReduceMean(x, [-1], keepDims: true), [2, 1], 2, 5);
        Expect(Tf.ReduceMax(x, 1), [2], 3, 6);
        Expect(Tf.ReduceMin(x), [], 1);
        Expect(Tf.ReduceProd(x, 0), [3], 4, 10, 18);
        Expect(Tf.ReduceAny(x > 5, 1), [2], 0, 1);
        Expect(Tf.ReduceAll(x > 0), [], 1);
        Expect(Tf.ArgMax(x, 1), [2], 2, 2);
        Expect(Tf.ArgMin(x), [3], 0, 0, 0);
        Expect(Tf.AddN([x, x]), [2, 3], 2, 4, 6, 8, 10, 12);
        Expect(Tf.CumSum(x, 1, exclusive: true), [2, 3], 0, 1, 3, 0, 4, 9);
        Expect(Tf.Norm(Tf.Constant([3.0, 4.0])), [], 5);
        Expect(Tf.Norm(Tf.Constant([3.0, -4.0]), order: 1), [], 7);
        Expect(Tf.Norm(Tf.Constant([3.0, -4.0]), order: double.PositiveInfinity), [], 4);
        Expect(Tf.Norm(Tf.Constant([3.0, -4.0]), order: 3), [], System.Math.Cbrt(91));
        Expect(Tf.Norm(Tf.Constant([new System.Numerics.Complex(3, 4)])), [], 5);
    }

    [Fact]
    public void Elementwise_Functions_AreRight()
    {
        Tensor x = Tf.Constant([-0.5, 0.25]);
        Expect(Tf.Abs(x), [2], 0.5, 0.25);
        Expect(Tf.Exp(x), [2], System.Math.Exp(-0.5), System.Math.Exp(0.25));
        Expect(Tf.Atanh(x), [2], System.Math.Atanh(-0.5), System.Math.Atanh(0.25));
        Expect(Tf.Pow(x, 2), [2], 0.25, 0.0625);
        Expect(Tf.Maximum(x, 0), [2], 0, 0.25);
        Expect(Tf.ClipByValue(x, -0.1, 0.1), [2], -0.1, 0.1);
        Expect(Tf.Divide(x, Tf.Constant(0.5)), [2], -1, 0.5);
        Expect(Tf.LogicalNot(Tf.Less(x, Tf.Constant(0.0))), [2], 0, 1);
        Expect(Tf.Math.Log1p(x), [2], System.Math.Log(0.5), System.Math.Log(1.25));
        Expect(Tf.Math.Xlogy(Tf.Constant([0.0, 2]), Tf.Constant([0.0, System.Math.E])), [2], 0, 2);
        Expect(Tf.Math.Atan2(Tf.Constant(1.0), Tf.Constant(-1.0)), [], 0.75 * System.Math.PI);
        Expect(Tf.Math.ReduceLogSumExp(Tf.Constant([1000.0, 1000.0])), [], 1000 + System.Math.Log(2));
        Expect(Tf.Math.ReduceLogSumExp(Tf.Constant([double.NegativeInfinity])), [], double.NegativeInfinity);
    }

    [Fact]
    public void Nn_Functions_AreRight()
    {
        Tensor x = Tf.Constant([-1.0, 2.0]);
        Expect(Tf.NN.Relu(x), [2], 0, 2);
        Expect(Tf.NN.LeakyRelu(x), [2], -0.2f, 2);
        Expect(Tf.NN.Softplus(x), [2], System.Math.Log(1 + System.Math.Exp(-1)), System.Math.Log(1 + System.Math.Exp(2)));
        Expect(Tf.NN.Silu(x), [2], -1 / (1 + System.Math.E), 2 / (1 + System.Math.Exp(-2)));
        Expect(Tf.NN.Softmax(Tf.Constant(new[,] { { 0.0, 0 }, { 0, System.Math.Log(3) } })), [2, 2], 0.5, 0.5, 0.25, 0.75);
        Expect(Tf.NN.Softmax(Tf.Constant(new[,] { { 0.0, 0 }, { 0, System.Math.Log(3) } }), 0), [2, 2], 0.5, 0.25, 0.5, 0.75);
        Expect(Tf.NN.BiasAdd(Matrix, Tf.Constant([1.0, 0, -1])), [2, 3], 2, 2, 2, 5, 5, 5);
        Expect(Tf.NN.L2Loss(x), [], 2.5);
        Expect(Tf.NN.SoftmaxCrossEntropyWithLogits(Tf.Constant<double>([1, 0], [1, 1, 2]), Tf.Zeros([1, 1, 2], DType.Float64)), [1, 1],
            System.Math.Log(2));
        Expect(Tf.NN.SparseSoftmaxCrossEntropyWithLogits(Tf.Constant([1]), Tf.Constant(new[,] { { 0.0, 0 } })), [1], System.Math.Log(2));
        Expect(Tf.NN.SigmoidCrossEntropyWithLogits(Tf.Constant([1.0]), Tf.Constant([-1000.0])), [1], 1000);
        (Tensor mean, Tensor variance) = Tf.NN.Moments(Matrix, [1]);
        Expect(mean, [2], 2, 5);
        Expect(variance, [2], 2.0 / 3, 2.0 / 3);
    }

    [Fact]
    public void Linalg_Functions_AreRight()
    {
        Tensor x = Matrix;
        Expect(Tf.MatMul(x, x, transposeB: true), [2, 2], 14, 32, 32, 77);
        Expect(Tf.MatMul(Tf.ExpandDims(x, 0), x, transposeB: true), [1, 2, 2], 14, 32, 32, 77);
        Expect(Tf.Einsum("ij, kj -> ik", x, x), [2, 2], 14, 32, 32, 77);
        Expect(Tf.Linalg.MatVec(x, Tf.Constant([1.0, 0, -1])), [2], -2, -2);
        Expect(Tf.Linalg.Eye(2), [2, 2], 1, 0, 0, 1);
        Expect(Tf.Linalg.Diag(Tf.Constant([1.0, 2])), [2, 2], 1, 0, 0, 2);
        Expect(Tf.Linalg.Trace(x), [], 6);
        Expect(Tf.Linalg.BandPart(x, 0, -1), [2, 3], 1, 2, 3, 0, 5, 6);
        Expect(Tf.Linalg.MatrixTranspose(x), [3, 2], 1, 4, 2, 5, 3, 6);
    }

    [Fact]
    public void Random_Stateless_RepeatsAndRespectsBounds()
    {
        double[] a = Tf.Random.StatelessUniform([100], (1, 2), -1, 3, DType.Float64).ToDoubles();
        Assert.Equal(a, Tf.Random.StatelessUniform([100], (1, 2), -1, 3, DType.Float64).ToDoubles());
        Assert.NotEqual(a, Tf.Random.StatelessUniform([100], (1, 3), -1, 3, DType.Float64).ToDoubles());
        Assert.All(a, v => Assert.InRange(v, -1, 3));
        Assert.All(Tf.Random.StatelessUniformIntegers([50], (5, 6), 2, 4).ToDoubles(), v => Assert.InRange(v, 2, 3));
        Assert.All(Tf.Random.StatelessTruncatedNormal([200], (5, 6), 10, 2).ToDoubles(), v => Assert.InRange(v, 6, 14));
        Assert.InRange(Tf.Random.StatelessNormal([10000], (5, 6), 10, 2, DType.Float64).ToDoubles().Average(), 9.9, 10.1);
        Assert.NotEqual(Tf.Random.Uniform([5]).ToDoubles(), Tf.Random.Uniform([5]).ToDoubles());
        Assert.InRange(Tf.Random.Normal([10000], 3, 0.5).ToDoubles().Average(), 2.9, 3.1);
    }

    [Fact]
    public void Repeat_ByACount_IsTheGeneralFormWithAKnownShape()
    {
        foreach (int count in new[] { 0, 1, 3 })
        {
            foreach (int? axis in new int?[] { null, 0, 1, -1 })
            {
                Tensor received = Tf.Repeat(Matrix, count, axis), expected = Tf.Repeat(Matrix, Tf.Constant(count), axis);
                Expect(received, [.. expected.Shape], expected.ToDoubles());
            }
        }

        Expect(Tf.Repeat(Tf.Zeros([0, 2]), 2, 1), [0, 4]);
        using Function function = new((Tensor x) => Tf.Repeat(x, 2, 1));
        Expect(function.Call(Matrix)[0], [2, 6], 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6);
        Assert.Contains("at least 0", Assert.Throws<TfLbfgsException>(() => Tf.Repeat(Matrix, -1)).Message, StringComparison.Ordinal);
    }

    /// <summary>Python stops the gradient at the mean, and so misses a part of the second derivative of the variance.</summary>
    [Fact]
    public void Moments_SecondDerivativeOfTheVariance_HasThePartOfTheMean()
    {
        Tensor x = Tf.Constant([1.0, 2, 5, 0]);
        using GradientTape outer = new();
        outer.Watch(x);
        using GradientTape inner = new();
        inner.Watch(x);
        Tensor variance = Tf.NN.Moments(x, [0]).Variance;
        Tensor first = inner.Gradient(variance, x)!;
        // 2/n (identity - 1/n)
        Expect(outer.Gradient(first[0], x)!, [4], 0.5 * 0.75, -0.125, -0.125, -0.125);
    }

    [Fact]
    public void Facade_WithoutScope_LeavesNoTemporaries()
    {
        _scope.Dispose();
        using Tensor x = Tensor.From(new[,] { { 1.0, 2 }, { 3, 4 } });
        IReadOnlyDictionary<string, long> before = LiveHandles.Snapshot();
        Tensor[] made =
        [
            Tf.NN.Gelu(x), Tf.Norm(x), Tf.Reshape(x, [4]), Tf.NN.Softmax(x, 0), Tf.Math.ReduceLogSumExp(x),
            Tf.Random.StatelessNormal([2], (1, 2)), Tf.Pow(x, 2), Tf.Pad(x, new int[2, 2]),
        ];
        long tensors = LiveHandles.Snapshot().Values.Sum() - before.Values.Sum();
        Assert.Equal(made.Length, tensors);
        foreach (Tensor tensor in made)
            tensor.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }

    private static void Expect(Tensor actual, Shape shape, params double[] values)
    {
        Assert.Equal(shape, actual.Shape);
        double[] found = actual.ToDoubles();
        Assert.Equal(values.Length, found.Length);
        for (int i = 0; i < values.Length; i++)
        {
            bool same = values[i].Equals(found[i])
                || System.Math.Abs(values[i] - found[i]) <= 1e-12 * System.Math.Max(1, System.Math.Abs(values[i]));
            Assert.True(same, $"[{i}]: expected {values[i]}, received {found[i]}");
        }
    }
}
