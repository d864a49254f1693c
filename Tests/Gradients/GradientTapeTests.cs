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
        Tensor d1 = first.Gradient(Tf.Sin(x), x);
        Tensor d2 = second.Gradient(d1, x);
        double[] d3 = third.Gradient(d2, x).ToDoubles();
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
        using Tensor g = tape.Gradient(y, x);
        Assert.Equal([4 * System.Math.Exp(4), 6 * System.Math.Exp(9)], g.ToDoubles(), (a, b) => System.Math.Abs(a - b) < 1e-9 * a);
    }

    [Fact]
    public void Gradient_SecondOfTapeThatIsNotPersistent_Throws()
    {
        using Tensor x = Tensor.Scalar(2.0);
        using GradientTape tape = new();
        tape.Watch(x);
        using Tensor y = x * x;
        using Tensor g = tape.Gradient(y, x);
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
        Tensor?[] g = tape.GradientOrNull(y, [trainable, frozen]);
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
        Assert.Equal(4, tape.Gradient(c * x, x).ToDouble());
    }

    [Theory]
    [InlineData("Floor", "ends at the op Floor, through which no gradient passes")]
    [InlineData("Cast", "ends at the op Cast, whose result has no gradient")]
    [InlineData("unwatched", "The tape does not watch it")]
    [InlineData("earlier", "No recorded op leads from the source to the target")]
    public void Gradient_OfUnconnected_NamesTargetSourceAndWhereThePathEnds(string how, string reason)
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([2.5, 3.5]), z = Tensor.From([1.0, 1.0]);
        Tensor earlier = x * 2;
        using GradientTape tape = new(persistent: true);
        tape.Watch(z);
        if (how != "unwatched")
            tape.Watch(x);
        Tensor y = how switch
        {
            "Floor" => Tf.Exp(Tf.Floor(x * 2)) * z,
            "Cast" => RawOps.Cast(RawOps.Cast(x, DType.Int32) * 2, DType.Float64) * z,
            "earlier" => earlier * z,
            _ => x * x,
        };
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => tape.Gradient(y, x));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains("The target float64(2,) does not depend on the source float64(2,)", e.Message, StringComparison.Ordinal);
        Assert.Null(tape.GradientOrNull(y, x));
        Assert.Equal([0.0, 0.0], tape.Gradient(y, x, unconnected: UnconnectedGradients.Zero).ToDoubles());
        string explanation = tape.Explain(y, x);
        Assert.True(explanation.Contains(reason, StringComparison.Ordinal), explanation);
    }

    [Fact]
    public void Gradient_OfUnconnectedVariables_NamesTheFirstAndCountsTheOthers()
    {
        using TensorScope scope = new();
        using Variable a = new(Tensor.Scalar(1.0), "a"), b = new(Tensor.Scalar(1.0), "b"),
            c = new(Tensor.Scalar(1.0), "c", trainable: false);
        using GradientTape tape = new(persistent: true);
        Tensor y = a.Value * c.Value;
        string message = Assert.Throws<TfLbfgsException>(() => tape.Gradient(y, [a, b, c])).Message;
        Assert.Contains("the variable 'b' (float64()) and on 1 more source.", message, StringComparison.Ordinal);
        Assert.Contains("it is not trainable", Assert.Throws<TfLbfgsException>(() => tape.Gradient(y, c)).Message,
            StringComparison.Ordinal);
        Assert.Equal([1.0, 0.0, 0.0], tape.Gradient(y, [a, b, c], unconnected: UnconnectedGradients.Zero).Select(g => g.ToDouble()));
    }

    [Fact]
    public void Explain_OfConnected_ListsTheOpsFromTargetToSource()
    {
        using TensorScope scope = new();
        using Variable w = new(Tensor.From([1.0, 2.0]), "w");
        using GradientTape tape = new();
        Tensor loss = Tf.ReduceSum(Tf.Square(w.Value));
        Assert.Equal(
            """
            the target float64()
              Sum(float64(2,), int64(1,))
              Square(float64(2,))
              ReadVariableOp(resource())
            the variable 'w' (float64(2,))
            """,
            tape.Explain(loss, w));
        Assert.Equal([2.0, 4.0], tape.Gradient(loss, w).ToDoubles());
    }

    [Fact]
    public void Dispose_OfPersistentTape_FreesWhatItHeld()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([2.0, 3.0]);
        long before = LiveHandles.Total;
        GradientTape tape = new(persistent: true);
        tape.Watch(x);
        using (TensorScope inner = new())
        {
            Tensor y = x;
            for (int i = 0; i < 10; i++)
                y = Tf.Sin(y);
            tape.Gradient(y, x);
        }

        // The results of the scope are gone; the tape alone holds them.
        Assert.True(LiveHandles.Total >= before + 10, $"{LiveHandles.Total} after {before}");
        tape.Dispose();
        Assert.Equal(before, LiveHandles.Total);
    }

    [Fact]
    public void Gradient_OfTapeThatIsNotPersistent_FreesWhatItHeld()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([2.0, 3.0]);
        long before = LiveHandles.Total;
        using GradientTape tape = new();
        tape.Watch(x);
        using (TensorScope inner = new())
        {
            Tensor y = x;
            for (int i = 0; i < 10; i++)
                y = Tf.Sin(y);
            tape.Gradient(y, x);
        }

        Assert.Equal(before, LiveHandles.Total);
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
        using Tensor x = Tensor.Ones([4, 3], DType.Float64), w = Tensor.Ones([3, 2], DType.Float64), b = Tensor.Zeros([2], DType.Float64),
            g = Tensor.Ones([4, 2], DType.Float64);
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
