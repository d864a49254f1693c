using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Losses;

public class CtcTests : LeakChecked
{
    private static Tensor Labels => Tensor.From(new[,] { { 1, 2, 2, 0 }, { 3, 0, 0, 0 }, { 1, 2, 3, 1 } });

    // Values of Keras 3, which computes in float32.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_ThreeSequences_AreKerass(bool traced)
    {
        using TensorScope scope = new();
        Ctc loss = new() { Reduction = "none" };
        Tensor logits = TestWaves.Of([3, 6, 4], change: value => 2 * value);
        Tensor[] Evaluate(Tensor x)
        {
            using GradientTape tape = new();
            tape.Watch(x);
            Tensor values = loss.Call(Labels, x);
            return [values, tape.Gradient(values, x)];
        }

        using Function function = new(inputs => Evaluate(inputs[0]));
        Tensor[] results = traced ? function.Call(logits) : Evaluate(logits);
        KerasReference.AssertClose([4.427001953125, 7.070094108581543, 5.272985935211182], results[0].ToDoubles(), 1e-6);
        Assert.Equal(-1.8316052187301177, results[1].ToDoubles().Select((value, i) => value * Math.Cos(i)).Sum(), 1e-5);
    }

    // XLA takes long for many steps, which are unrolled.
    [Fact]
    public void Call_Compiled_IsTheEagerLoss()
    {
        using TensorScope scope = new();
        Ctc loss = new();
        Tensor logits = TestWaves.Of([1, 2, 3]), labels = Tensor.From(new[,] { { 1 } });
        using Function function = new(x => loss.Call(labels, x), new FunctionOptions { Compile = true });
        Assert.Equal(loss.Call(labels, logits).ToDouble(), function.Call(logits)[0].ToDouble(), 1e-13);
    }

    [Fact]
    public void Call_OneStepOfOneLabel_IsTheCrossEntropy()
    {
        using TensorScope scope = new();
        Tensor logits = TestWaves.Of([1, 1, 4]);
        double expected = new SparseCategoricalCrossentropy(fromLogits: true).Call(Tensor.From(new[,] { { 2 } }), logits).ToDouble();
        Assert.Equal(expected, new Ctc().Call(Tensor.From(new[,] { { 2 } }), logits).ToDouble(), 1e-14);
    }

    [Fact]
    public void Call_NoLabels_IsTheProbabilityOfBlanks()
    {
        using TensorScope scope = new();
        Tensor logits = TestWaves.Of([1, 3, 4]);
        double expected = -RawOps.LogSoftmax(logits)[0, .., 0].ToDoubles().Sum();
        Assert.Equal(expected, new Ctc().Call(Tensor.From(new[,] { { 0, 0 } }), logits).ToDouble(), 1e-13);
    }

    [Fact]
    public void Call_MoreLabelsThanSteps_IsInfiniteWithAFiniteGradient()
    {
        using TensorScope scope = new();
        Tensor logits = TestWaves.Of([1, 6, 4]);
        using GradientTape tape = new();
        tape.Watch(logits);
        Tensor loss = new Ctc().Call(Tensor.From(new[,] { { 1, 1, 1, 1 } }), logits);
        Assert.Equal(double.PositiveInfinity, loss.ToDouble());
        Assert.All(tape.Gradient(loss, logits).ToDoubles(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Call_SecondDerivative_IsThatOfTheGradient()
    {
        using TensorScope scope = new();
        Ctc loss = new();
        Tensor logits = TestWaves.Of([3, 6, 4]), direction = TestWaves.Of([3, 6, 4], 1.1);
        Tensor Gradient(Tensor x)
        {
            using GradientTape tape = new();
            tape.Watch(x);
            return tape.Gradient(loss.Call(Labels, x), x);
        }

        using GradientTape outer = new();
        outer.Watch(logits);
        double[] product = outer.Gradient(Gradient(logits) * direction, logits).ToDoubles();
        double[] difference = ((Gradient(logits + (direction * 1e-5)) - Gradient(logits - (direction * 1e-5))) / 2e-5).ToDoubles();
        KerasReference.AssertClose(difference, product, 1e-8);
    }

    [Fact]
    public void Call_PredictionsWithoutSteps_SaysWhatIsExpected()
    {
        using TensorScope scope = new();
        Assert.Contains("[batch, steps, classes]",
            Assert.Throws<TfLbfgsException>(() => new Ctc().Call(Labels, TestWaves.Of([3, 4]))).Message, StringComparison.Ordinal);
    }
}
