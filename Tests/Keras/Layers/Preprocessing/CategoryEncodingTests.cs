using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class CategoryEncodingTests : LeakChecked
{
    [Fact]
    public void Call_CountWeights_AddsThem()
    {
        using TensorScope scope = new();
        using CategoryEncoding layer = new(4, CategoryOutput.Count);
        // The example of Keras's documentation.
        Tensor numbers = Tensor.From<int>(new int[,] { { 0, 1 }, { 0, 0 }, { 1, 2 }, { 3, 1 } });
        Tensor weights = Tensor.From<float>(new float[,] { { .1f, .2f }, { .1f, .1f }, { .2f, .3f }, { .4f, .2f } });
        float[] output = layer.Call([numbers], new CallArguments().With("count_weights", weights))[0].ToArray<float>();
        Assert.Equal([.1f, .2f, 0, 0, .2f, 0, 0, 0, 0, .2f, .3f, 0, 0, .2f, 0, .4f], output);
    }

    [Fact]
    public void Call_ThreeDimensions_CountsAlongTheLast()
    {
        using TensorScope scope = new();
        using CategoryEncoding layer = new(3, CategoryOutput.Count);
        Tensor output = layer.Call(Tensor.From<int>(new int[,,] { { { 0, 1, 1 }, { 2, 2, 2 } } }));
        Assert.Equal(new long[] { 1, 2, 3 }, output.Shape.ToArray());
        Assert.Equal([1f, 2, 0, 0, 0, 3], output.ToArray<float>());
    }

    [Fact]
    public void Call_CountWeightsForAnotherOutput_Throws()
    {
        using TensorScope scope = new();
        using CategoryEncoding layer = new(4);
        Tensor numbers = Tensor.From<int>(new int[,] { { 0, 1 } }), weights = Tensor.From<float>(new float[,] { { 1, 1 } });
        Assert.Throws<TfLbfgsException>(() => layer.Call([numbers], new CallArguments().With("count_weights", weights)));
    }
}
