using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Regularization;

/// <summary>Layers that disturb in training: what is drawn, how often, and that a seed decides it.</summary>
public sealed class NoiseLayerTests : LeakChecked
{
    private readonly TensorScope _scope = new();

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.8)]
    public void Dropout_InTraining_DropsThePartAndKeepsTheMean(double rate)
    {
        using Dropout layer = new(rate, seed: 3);
        double[] y = layer.Call(Tf.Ones([100, 100]), training: true).ToDoubles();
        Assert.InRange(y.Count(value => value == 0) / 1e4, rate - 0.02, rate + 0.02);
        Assert.All(y.Where(value => value != 0), value => Assert.Equal(1 / (1 - rate), value, 1e-5));
        Assert.InRange(y.Average(), 0.95, 1.05);
    }

    [Fact]
    public void NoiseLayers_OutsideOfTrainingOrWithoutAmount_PassTheInputOn()
    {
        Tensor x = Tf.Constant(new[,] { { 1f, -2 }, { 3, 4 } });
        using Dropout dropout = new(0.5), none = new(0), all = new(1);
        using GaussianNoise noise = new(2);
        using GaussianDropout gaussian = new(0.5);
        using AlphaDropout alpha = new(0.5);
        foreach (Layer layer in new Layer[] { dropout, noise, gaussian, alpha })
            Assert.Equal(x.ToDoubles(), layer.Call(x).ToDoubles());
        Assert.Equal(x.ToDoubles(), none.Call(x, training: true).ToDoubles());
        Assert.Equal(new double[4], all.Call(Tf.Constant(new[,] { { 1f, float.PositiveInfinity }, { 3, 4 } }), training: true).ToDoubles());
    }

    [Fact]
    public void Dropout_NoiseShape_DrawsOncePerDimensionOfOne()
    {
        using Dropout layer = new(0.5, seed: 1) { NoiseShape = Shape.Create([-1, 1, 3]) };
        double[] y = layer.Call(Tf.Ones([4, 5, 3]), training: true).ToDoubles();
        for (int row = 0; row < 4; row++)
        {
            for (int channel = 0; channel < 3; channel++)
                Assert.Single(Enumerable.Range(0, 5).Select(step => y[(((row * 5) + step) * 3) + channel]).Distinct());
        }

        Assert.Equal(2, y.Distinct().Count());
        string message = Assert.Throws<TfLbfgsException>(() => layer.Call(Tf.Ones([4, 3]), training: true)).Message;
        Assert.Contains("3 dimensions of its noise shape", message, StringComparison.Ordinal);
    }

    [Fact]
    public void SpatialDropout_InTraining_DropsWholeChannels()
    {
        using SpatialDropout1D one = new(0.5, seed: 1);
        using SpatialDropout2D two = new(0.5, seed: 1);
        using SpatialDropout2D first = new(0.5, DataFormat.ChannelsFirst, seed: 1);
        using SpatialDropout3D three = new(0.5, seed: 1);
        CheckChannels(one, [3, 4, 6], channelsLast: true);
        CheckChannels(two, [3, 2, 4, 6], channelsLast: true);
        CheckChannels(first, [3, 6, 2, 4], channelsLast: false);
        CheckChannels(three, [3, 2, 2, 2, 6], channelsLast: true);
    }

    [Fact]
    public void NoiseLayers_OfOneSeed_DrawTheSame_AndAnewInEachPass()
    {
        Tensor x = Tf.Ones([8, 8]);
        foreach (Func<long, Layer> make in new Func<long, Layer>[] { s => new Dropout(0.5, s), s => new GaussianNoise(1, s),
            s => new GaussianDropout(0.4, s), s => new AlphaDropout(0.4, s) })
        {
            using Layer a = make(7), b = make(7), c = make(8);
            double[] ofA = a.Call(x, training: true).ToDoubles();
            Assert.Equal(ofA, b.Call(x, training: true).ToDoubles());
            Assert.NotEqual(ofA, c.Call(x, training: true).ToDoubles());
            Assert.NotEqual(ofA, a.Call(x, training: true).ToDoubles());
        }
    }

    [Fact]
    public void GaussianLayers_InTraining_HaveTheirDeviation()
    {
        Tensor x = Tf.Fill([200, 100], 3, DType.Float64);
        using GaussianNoise noise = new(0.5, seed: 2, dtype: DType.Float64);
        using GaussianDropout dropout = new(0.2, seed: 2, dtype: DType.Float64);
        using AlphaDropout alpha = new(0.3, seed: 2, dtype: DType.Float64);
        Check(noise, x, 3, 0.5);
        Check(dropout, x, 3, 3 * Math.Sqrt(0.2 / 0.8));
        // Mean 0 and deviation 1 stay.
        Check(alpha, Tf.Random.StatelessNormal([200, 100], (1, 2), dtype: DType.Float64), 0, 1);

        static void Check(Layer layer, Tensor input, double mean, double deviation)
        {
            double[] y = layer.Call(input, training: true).ToDoubles();
            double average = y.Average();
            Assert.Equal(mean, average, 0.05);
            Assert.Equal(deviation, Math.Sqrt(y.Average(value => (value - average) * (value - average))), 0.05);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }

    private static void CheckChannels(Layer layer, int[] shape, bool channelsLast)
    {
        Tensor y = layer.Call(Tf.Ones([.. shape.Select(size => (long)size)]), training: true);
        int[] axes = [.. Enumerable.Range(1, shape.Length - 1).Where(axis => axis != (channelsLast ? shape.Length - 1 : 1))];
        double[] low = Tf.ReduceMin(y, axes).ToDoubles(), high = Tf.ReduceMax(y, axes).ToDoubles();
        Assert.Equal(low, high);
        Assert.Contains(0, low);
        Assert.Contains(2, low);
    }
}
