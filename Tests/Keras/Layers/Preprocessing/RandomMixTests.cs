using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class RandomMixTests : LeakChecked
{
    [Fact]
    public void MixUp_ImagesAndLabels_AreMixedAlike()
    {
        using TensorScope scope = new();
        using MixUp layer = new(alpha: 2, seed: 4);
        (Tensor images, Tensor labels) = Batch();
        Tensor[] mixed = layer.Call([images, labels], training: true);
        AssertLabelsTellTheImages(mixed);
        Assert.NotEqual(images.ToArray<float>(), mixed[0].ToArray<float>());
        Assert.Equal(images.ToArray<float>(), layer.Call([images, labels])[0].ToArray<float>());
    }

    [Fact]
    public void CutMix_ImagesAndLabels_AreMixedAlike()
    {
        using TensorScope scope = new();
        using CutMix layer = new((0.9, 1), seed: 2);
        (Tensor images, Tensor labels) = Batch();
        Tensor[] mixed = layer.Call([images, labels], training: true);
        // Each element is one of the two images.
        Assert.All(mixed[0].ToArray<float>(), value => Assert.Equal(MathF.Round(value), value));
        AssertLabelsTellTheImages(mixed, tolerance: 0.1);
        Assert.Contains("[batch, classes]", Assert.ThrowsAny<TfLbfgsException>(() => layer.Call([images, images])).Message,
            StringComparison.Ordinal);
    }

    // Image i has the value i everywhere, and its label is i.
    private static (Tensor Images, Tensor Labels) Batch()
    {
        float[] values = [.. Enumerable.Range(0, 6).Select(i => (float)i)];
        return (Tf.Tile(Tensor.From<float>(values, [6, 1, 1, 1]), 1, 40, 40, 1), Tensor.From<float>(values, [6, 1]));
    }

    private static void AssertLabelsTellTheImages(Tensor[] mixed, double tolerance = 1e-4)
    {
        float[] means = Tf.ReduceMean(mixed[0], [1, 2, 3]).ToArray<float>(), labels = mixed[1].ToArray<float>();
        for (int i = 0; i < means.Length; i++)
            Assert.Equal(labels[i], means[i], tolerance * 6);
    }
}
