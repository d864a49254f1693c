using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class ImageSamplingTests : LeakChecked
{
    // The patterns of Keras's documentation, four elements to either side of 1 2 3 4.
    [Theory]
    [InlineData(FillMode.Reflect, "432112344321")]
    [InlineData(FillMode.Wrap, "123412341234")]
    [InlineData(FillMode.Constant, "777712347777")]
    [InlineData(FillMode.Nearest, "111112344444")]
    [InlineData(FillMode.Mirror, "343212343212")]
    public void At_PlacesBeyondTheBorder_ReadTheFillMode(FillMode mode, string expected)
    {
        using TensorScope scope = new();
        float[] places = [.. Enumerable.Range(-4, 12).Select(i => (float)i)];
        Tensor along = Tensor.From<float>(places, [1, 1, 12]), across = Tf.ZerosLike(along);
        Tensor row = Tensor.From<float>([1, 2, 3, 4], [1, 1, 4, 1]), column = Tensor.From<float>([1, 2, 3, 4], [1, 4, 1, 1]);
        foreach (Interpolation interpolation in (Interpolation[])[Interpolation.Bilinear, Interpolation.Nearest])
        {
            Assert.Equal(expected, string.Concat(ImageSampling.At(row, across, along, interpolation, mode, 7).ToArray<float>()));
            Assert.Equal(expected, string.Concat(ImageSampling.At(column, along, across, interpolation, mode, 7).ToArray<float>()));
        }
    }

    [Fact]
    public void At_PlacesBetweenElements_AreInterpolatedInEachImage()
    {
        using TensorScope scope = new();
        Tensor images = Tensor.From<float>([0, 1, 2, 3, 10, 20, 30, 40], [2, 2, 2, 1]);
        Tensor y = Tensor.From<float>([0.5f, 0.25f], [2, 1, 1]), x = Tensor.From<float>([0.5f, 0.75f], [2, 1, 1]);
        Assert.Equal([1.5f, 22.5f], ImageSampling.At(images, y, x, Interpolation.Bilinear, FillMode.Nearest, 0).ToArray<float>());
        Assert.Equal([0, 20], ImageSampling.At(images, y * 0.9f, x * 0.9f, Interpolation.Nearest, FillMode.Nearest, 0).ToArray<float>());
    }
}
