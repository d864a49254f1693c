using TfLbfgs.Functions;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class RandomElasticTransformTests : LeakChecked
{
    [Fact]
    public void Call_InTraining_MovesElementsSmoothly()
    {
        using TensorScope scope = new();
        using RandomElasticTransform layer = new((1, 1), (1, 1), seed: 3);
        Tensor images = Ramp(2);
        float[] before = images.ToArray<float>(), after = layer.Call(images, training: true).ToArray<float>();
        Assert.NotEqual(before, after);
        Assert.NotEqual(after[..(after.Length / 2)], after[(after.Length / 2)..]);
        // A ramp shows how far columns move: 2.4 times numbers of a deviation of 1.2, which smoothing makes 0.28.
        Assert.All(before.Zip(after), pair => Assert.InRange(pair.Second - pair.First, -4f, 4f));
        Assert.Equal(before, layer.Call(images).ToArray<float>());
    }

    [Fact]
    public void Call_ExtentOrProbabilityOfZero_LeavesImages()
    {
        using TensorScope scope = new();
        using RandomElasticTransform still = new((1, 1), (0, 0)), never = new((0, 0), (1, 1));
        Tensor images = Ramp(1);
        Assert.Equal(images.ToArray<float>(), still.Call(images, training: true).ToArray<float>());
        Assert.Equal(images.ToArray<float>(), never.Call(images, training: true).ToArray<float>());
    }

    [Fact]
    public void Call_SizeNotKnownWhenTraced_DrawsTheSameAsOfKnownSize()
    {
        using TensorScope scope = new();
        using RandomElasticTransform known = new((1, 1), (0.2, 1), seed: 5), open = new((1, 1), (0.2, 1), seed: 5);
        using Function function = new(inputs => [open.Call(inputs[0], training: true)]);
        // The fourth number of rows makes a trace for any number.
        foreach (int rows in (int[])[1, 2, 3, 4, 5])
        {
            Tensor images = Tf.Tile(Ramp(1), 1, rows, 1, 1);
            float[] expected = known.Call(images, training: true).ToArray<float>(), actual = function.Call(images)[0].ToArray<float>();
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        }

        Assert.Equal(4, function.TraceCount);
    }

    private static Tensor Ramp(int batch) =>
        Tf.Tile(Tensor.From<float>([.. Enumerable.Range(0, 24).Select(i => 10f + i)], [1, 1, 24, 1]), batch, 24, 1, 1);
}
