using TfLbfgs.Gradients;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Losses;

public class CircleTests : LeakChecked
{
    // Values of Keras 3.
    [Theory]
    [InlineData(80, 0.4, true, new[] { 0, 0, 1, 1, 2, 2 }, 361.7313484657565, 965.0623102328638)]
    [InlineData(2, 0.25, true, new[] { 0, 0, 1, 1, 2, 2 }, 10.164158801185133, 22.391600198655883)]
    [InlineData(5, 0.4, false, new[] { 0, 0, 1, 1, 2, 2 }, 23.01039927349557, 59.1737455709025)]
    [InlineData(80, 0.4, true, new[] { 0, 0, 1, 1, 1, 2 }, 357.2263017724769, 904.1663079530242)]
    [InlineData(2, 0.25, true, new[] { 0, 0, 1, 1, 1, 2 }, 10.04447723808869, 21.01774099476099)]
    public void Call_Embeddings_AreKerass(double gamma, double margin, bool removeDiagonal, int[] classes, double expected, double gradient)
    {
        using TensorScope scope = new();
        Tensor embeddings = Embeddings();
        using GradientTape tape = new();
        tape.Watch(embeddings);
        Tensor loss = new Circle(gamma, margin, removeDiagonal).Call(Tensor.From(classes), embeddings);
        Assert.Equal(expected, loss.ToDouble(), 1e-11 * expected);
        Assert.Equal(gradient, tape.Gradient(loss, embeddings).ToDoubles().Select((value, i) => value * Math.Cos(i)).Sum(),
            1e-11 * gradient);
    }

    [Fact]
    public void Call_OneClassOnly_IsZeroWithAZeroGradient()
    {
        using TensorScope scope = new();
        Tensor embeddings = Embeddings();
        using GradientTape tape = new();
        tape.Watch(embeddings);
        Tensor loss = new Circle().Call(Tensor.From([1, 1, 1, 1, 1, 1]), embeddings);
        Assert.Equal(0, loss.ToDouble());
        Assert.All(tape.Gradient(loss, embeddings).ToDoubles(), value => Assert.Equal(0, value));
    }

    private static Tensor Embeddings()
    {
        Tensor waves = TestWaves.Of([6, 3], 1.1);
        return waves / RawOps.Sqrt(RawOps.Sum(RawOps.Square(waves), Tensor.Scalar(1), keepDims: true));
    }
}
