using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Functions;

/// <summary>
/// A long short-term memory written with ops over
/// <see cref="Tf.Scan(Func{Tensor[], Tensor[], ScanStep}, IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, bool)"/>, against the same steps
/// run eagerly.
/// </summary>
public sealed class RecurrentScanTests : LeakChecked
{
    private const int Batch = 4;
    private const int Features = 3;
    private const int Units = 5;

    [Theory]
    [InlineData("traced")]
    [InlineData("compiled")]
    public void Lstm_Over200Steps_HasTheUnrolledGradients(string form)
    {
        using TensorScope scope = new();
        Tensor[] inputs = Inputs(200);
        Tensor[] expected = Gradients(inputs);
        Tensor[] actual = TracedForms.Call(form, Gradients, inputs);
        for (int i = 0; i < expected.Length; i++)
            TracedForms.Close(expected[i].ToArray<double>(), actual[i]);
    }

    [Theory]
    [InlineData("traced")]
    [InlineData("compiled")]
    public void Lstm_OverFewSteps_HasTheUnrolledSecondGradients(string form)
    {
        using TensorScope scope = new();
        Tensor[] inputs = Inputs(6);
        Tensor[] expected = SecondGradients(inputs);
        Tensor[] actual = TracedForms.Call(form, SecondGradients, inputs);
        for (int i = 0; i < expected.Length; i++)
            TracedForms.Close(expected[i].ToArray<double>(), actual[i]);
    }

    [Fact]
    public void Lstm_OfAnyLength_HasAGraphOfOneSize()
    {
        long few = Nodes(20);
        long many = Nodes(200);
        Assert.Equal(few, many);
        Assert.InRange(many, 100, 1000);

        static long Nodes(int steps)
        {
            using TensorScope scope = new();
            Tensor[] inputs = Inputs(steps);
            using Function function = new(Gradients);
            NativeCounters before = NativeCounters.Now;
            function.Call(inputs);
            return NativeCounters.Now.Since(before).GraphNodes;
        }
    }

    [Fact]
    public void Lstm_OfOpenLength_IsTracedOnceForAllLengths()
    {
        using Function function = new(Gradients);
        foreach (int steps in (int[])[3, 4, 5, 6, 7, 8, 9])
        {
            using TensorScope scope = new();
            Tensor[] inputs = Inputs(steps);
            Tensor[] expected = Gradients(inputs);
            Tensor[] actual = function.Call(inputs);
            for (int i = 0; i < expected.Length; i++)
                TracedForms.Close(expected[i].ToArray<double>(), actual[i]);
        }

        Assert.InRange(function.TraceCount, 1, 5);
    }

    private static Tensor[] Inputs(int steps)
    {
        int seed = 1;
        return [Random(steps, Batch, Features), Random(Features, 4 * Units), Random(Units, 4 * Units), Random(4 * Units)];

        Tensor Random(params long[] shape)
        {
            Random random = new(seed++);
            return Tensor.From<double>(
                [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextDouble() - 0.5)], shape);
        }
    }

    private static Tensor Loss(Tensor[] x)
    {
        Tensor zero = Tensor.Zeros([Batch, Units], DType.Float64);
        ScanResult all = Tf.Scan((state, now) =>
        {
            Tensor[] gates = Tf.Split(Tf.MatMul(now[0], x[1]) + Tf.MatMul(state[0], x[2]) + x[3], 4, 1);
            Tensor memory = Tf.Sigmoid(gates[1]) * state[1] + Tf.Sigmoid(gates[0]) * Tf.Tanh(gates[2]);
            Tensor output = Tf.Sigmoid(gates[3]) * Tf.Tanh(memory);
            return new ScanStep([output, memory], [output]);
        }, [zero, zero], [x[0]]);
        return Tf.ReduceSum(Tf.Square(all.Outputs[0])) + Tf.ReduceSum(all.State[1]);
    }

    private static Tensor[] Gradients(Tensor[] x)
    {
        using GradientTape tape = new();
        foreach (Tensor source in x)
            tape.Watch(source);
        Tensor loss = Loss(x);
        return [loss, .. tape.Gradient(loss, x)];
    }

    private static Tensor[] SecondGradients(Tensor[] x)
    {
        using GradientTape tape = new();
        foreach (Tensor source in x)
            tape.Watch(source);
        Tensor[] first = Gradients(x);
        Tensor direction = first.Skip(1).Select(gradient => Tf.ReduceSum(Tf.Sin(gradient))).Aggregate((a, b) => a + b);
        return [direction, .. tape.Gradient(direction, x)];
    }
}
