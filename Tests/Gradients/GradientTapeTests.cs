using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

public class GradientTapeTests : LeakChecked
{
    [Fact]
    public void Gradient_OfNestedTapes_GivesThirdDerivative()
    {
        using Tensor x = Tensor.From([0.5, -1.5]);
        using TensorScope scope = new();
        using GradientTape third = new();
        using GradientTape second = new();
        using GradientTape first = new();
        foreach (GradientTape tape in (GradientTape[])[third, second, first])
            tape.Watch(x);
        Tensor d1 = first.Gradient(Tf.Sin(x), x)!;
        Tensor d2 = second.Gradient(d1, x)!;
        double[] d3 = third.Gradient(d2, x)!.ToDoubles();
        Assert.Equal(-System.Math.Cos(0.5), d3[0], 14);
        Assert.Equal(-System.Math.Cos(-1.5), d3[1], 14);
    }

    [Fact]
    public void Gradient_AfterIntermediatesWereDisposed_IsRight()
    {
        using Tensor x = Tensor.From([2.0, 3.0]);
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor squared = x * x;
        using Tensor y = Tf.Exp(squared);
        squared.Dispose();
        using Tensor g = tape.Gradient(y, x)!;
        Assert.Equal([4 * System.Math.Exp(4), 6 * System.Math.Exp(9)], g.ToDoubles(), (a, b) => System.Math.Abs(a - b) < 1e-9 * a);
    }

    [Fact]
    public void Gradient_SecondOfTapeThatIsNotPersistent_Throws()
    {
        using Tensor x = Tensor.Scalar(2.0);
        using GradientTape tape = new();
        tape.Watch(x);
        using Tensor y = x * x;
        using Tensor g = tape.Gradient(y, x)!;
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => tape.Gradient(y, x));
        Assert.Contains("persistent: true", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradient_OfVariables_WatchesTrainableOnesOnly()
    {
        using Tensor one = Tensor.Scalar(3.0);
        using Variable trainable = new(one, "a");
        using Variable frozen = new(one, "b", trainable: false);
        using TensorScope scope = new();
        using GradientTape tape = new();
        Tensor y = trainable.Value * frozen.Value * trainable.Value;
        Tensor?[] g = tape.Gradient(y, [trainable, frozen]);
        Assert.Equal(18, g[0]!.ToDouble());
        Assert.Null(g[1]);
    }

    [Fact]
    public void Gradient_ThroughPausedOps_TakesThemAsConstants()
    {
        using Tensor x = Tensor.Scalar(2.0);
        using TensorScope scope = new();
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor c;
        using (tape.StopRecording())
            c = x * x;
        Assert.Equal(4, tape.Gradient(c * x, x)!.ToDouble());
    }

    [Fact]
    public void Gradient_ThroughOpWithoutRule_NamesIt()
    {
        using Tensor x = Tensor.From(new[,] { { 2.0, 0 }, { 0, 1.0 } });
        using GradientTape tape = new();
        tape.Watch(x);
        using TensorScope scope = new();
        Tensor y = RawOps.Lu(x, DType.Int32).Lu;
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => tape.Gradient(y, x));
        Assert.Contains("Lu has no gradient rule", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Watch_OfIntegers_Throws()
    {
        using Tensor x = Tensor.Scalar(2);
        using GradientTape tape = new();
        Assert.Throws<TfLbfgsException>(() => tape.Watch(x));
    }

    [Fact]
    public void Gradient_AfterDispose_Throws()
    {
        using Tensor x = Tensor.Scalar(2.0);
        GradientTape tape = new();
        tape.Watch(x);
        using Tensor y = x * x;
        tape.Dispose();
        Assert.Throws<TfLbfgsException>(() => tape.Gradient(y, x));
    }

    [Fact]
    public void Dispose_OnOtherThread_Throws()
    {
        using GradientTape tape = new();
        Exception? caught = null;
        Thread thread = new(() => caught = Record.Exception(tape.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsAssignableFrom<TfLbfgsException>(caught);
    }

    [Fact]
    public void Gradient_OfLinearLayer_TakesTwoOpsForTheWeights()
    {
        using Tensor x = Tensor.Ones([4, 3], DType.Float64), w = Tensor.Ones([3, 2], DType.Float64), b = Tensor.Zeros([2], DType.Float64), g = Tensor.Ones([4, 2], DType.Float64);
        using TensorScope scope = new();
        using GradientTape tape = new();
        tape.Watch(w);
        tape.Watch(b);
        Tensor y = Tf.NN.BiasAdd(Tf.MatMul(x, w), b);
        long before = NativeCounters.Now.Operations;
        tape.Gradient(y, [w, b], g);
        // One MatMul for the kernel and one BiasAddGrad for the bias; nothing for the input.
        Assert.Equal(2, NativeCounters.Now.Operations - before);
    }
}
