using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Variables;

public sealed class VariableOperatorTests : LeakChecked
{
    [Fact]
    public void Operators_OfVariableTensorAndNumber_GiveTheValuesResults()
    {
        using TensorScope scope = new();
        using Variable v = new(Tf.Constant([1.0, 4]));
        Tensor x = Tf.Constant([2.0, 2]);
        Assert.Equal([3.0, 6], (v + x).ToDoubles());
        Assert.Equal([3.0, 6], (x + v).ToDoubles());
        Assert.Equal([1.0, 16], (v * v).ToDoubles());
        Assert.Equal([-1.0, -4], (-v).ToDoubles());
        Assert.Equal([0.5, 2], (v / 2).ToDoubles());
        Assert.Equal([2.0, 0.5], (2 / v).ToDoubles());
        Assert.Equal([0.0, -3], (1 - v).ToDoubles());
        Assert.Equal([false, true], (v > x).ToArray<bool>());
        Assert.Equal([true, true], (1 <= v).ToArray<bool>());
        Assert.Equal(4, v[^1].ToDouble());
        Assert.Equal(2, Tf.Sqrt(v)[1].ToDouble());
        Assert.Equal(5, Tf.ReduceSum(v).ToDouble());
    }

    [Fact]
    public void Operators_WithoutScope_FreeTheValueTheyRead()
    {
        using Tensor one = Tensor.Scalar(1.0);
        using Variable v = new(one);
        long before = LiveHandles.Snapshot().Values.Sum();
        using Tensor sum = v + v;
        Assert.Equal(before + 1, LiveHandles.Snapshot().Values.Sum());
    }

    [Fact]
    public void Product_OfVariableAndTensor_HasTheGradientOfTheValue()
    {
        using TensorScope scope = new();
        using Variable v = new(Tf.Constant([1.0, 4]));
        using GradientTape tape = new();
        Tensor loss = Tf.ReduceSum(v * Tf.Constant([3.0, 5]) * v);
        Assert.Equal([6.0, 40], tape.Gradient(loss, v).ToDoubles());
    }

    [Fact]
    public void Print_InTracedFunction_WritesTheValuesOfEachCall()
    {
        string path = Path.Combine(Path.GetTempPath(), $"print-{Guid.NewGuid():N}.txt");
        try
        {
            using TensorScope scope = new();
            Tf.PrintOptions options = new() { OutputStream = $"file://{path}" };
            using Function function = new(x =>
            {
                Tf.Print(options, "x:", x, 7);
                Tensor y = x * 2;
                Tf.Print(options, y);
                return y;
            });
            function.Call(Tf.Constant([1.5, 2]));
            function.Call(Tf.Constant([3.0, 4]));
            Tf.Print(options, "end");
            Assert.Equal(["x: [1.5 2] 7", "[3 4]", "x: [3 4] 7", "[6 8]", "end"], File.ReadAllLines(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Assertions_ThatFail_StopWithTheValues()
    {
        using TensorScope scope = new();
        Tf.AssertEqual(Tf.Constant([1, 2]), Tf.Constant([1, 2]));
        TfStatusException stopped = Assert.Throws<TfStatusException>(() => Tf.AssertLess(Tf.Constant([1, 2]), Tf.Constant(2), "rates"));
        Assert.Contains("rates Expected x < y", stopped.Message, StringComparison.Ordinal);
        Assert.Throws<TfLbfgsException>(() => Tf.AssertRank(Tf.Constant([1, 2]), 2));
    }

    [Fact]
    public void SaturateCast_BeyondInt64_GivesItsLargestNumberOfTheSourcesPrecision()
    {
        using TensorScope scope = new();
        Assert.Equal([long.MinValue, 9223372036854774784], Tf.SaturateCast(Tf.Constant([-1e30, 1e30]), DType.Int64).ToArray<long>());
    }

    [Fact]
    public void Constants_OfRowsAndComplexNumbers_HaveTheirShapesAndDTypes()
    {
        using TensorScope scope = new();
        Tensor rows = Tf.Constant([new[] { 1.0, 2 }, [3, 4]]);
        Assert.Equal((Shape)new[] { 2, 2 }, rows.Shape);
        Assert.Equal([1.0, 2, 3, 4], rows.ToDoubles());
        Assert.Throws<TfLbfgsException>(() => Tf.Constant([new[] { 1.0, 2 }, [3]]));
        Tensor z = Tf.Constant(new System.Numerics.Complex(3, -4), DType.Complex64);
        Assert.Equal(DType.Complex64, z.DType);
        Assert.Equal(5, Tf.Abs(z).ToDouble());
        Assert.Equal(DType.Float32, Tf.Real(z).DType);
        Assert.Equal((Shape)new[] { 2 }, Tf.Stack(Tf.Constant(1.0), Tf.Constant(2.0)).Shape);
    }
}
