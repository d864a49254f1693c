using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class MaxNumBoundingBoxesTests : LeakChecked
{
    [Theory]
    [InlineData(1, "10 20 30 40", "5")]
    [InlineData(3, "10 20 30 40 50 60 70 80 -1 -1 -1 -1", "5 6 -1")]
    public void Call_OtherNumberOfBoxes_IsCutOrFilled(int number, string boxes, string labels)
    {
        using TensorScope scope = new();
        using MaxNumBoundingBoxes layer = new(number);
        Tensor images = Tensor.Zeros([1, 2, 2, 3], DType.Float32);
        Tensor[] outputs = layer.Call(
            [images, Tensor.From<float>([10, 20, 30, 40, 50, 60, 70, 80], [1, 2, 4]), Tensor.From<float>([5, 6], [1, 2])]);
        Assert.Equal(images.Shape, outputs[0].Shape);
        Assert.Equal(boxes, string.Join(' ', outputs[1].ToArray<float>()));
        Assert.Equal(labels, string.Join(' ', outputs[2].ToArray<float>()));
        Assert.Equal(Shape.Create([1, number, 4]), outputs[1].Shape);
        Assert.Equal(images.Shape, layer.Call(images).Shape);
        TfLbfgsException e = Assert.ThrowsAny<TfLbfgsException>(() => layer.Call([images, images]));
        Assert.Contains("boxes [batch, boxes, 4]", e.Message, StringComparison.Ordinal);
    }
}
