using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Convolutional;

/// <summary>
/// What the recorded entries of locally connected layers lack: errors, and that the three implementations are one function.
/// </summary>
public sealed class LocallyConnectedTests : LeakChecked
{
    private readonly TensorScope _scope = new();

    [Fact]
    public void Call_EqualWeightsEverywhere_IsAConvolution()
    {
        Tensor x = Tf.Reshape(Tf.Sin(Tf.Range(60, DType.Float32)), [2, 5, 3, 2]);
        using Conv2D convolution = new(3, 2);
        double[] expected = convolution.Call(x).ToDoubles();
        using LocallyConnected2D local = new(3, 2);
        local.Build(x.Shape);
        // [rows, columns, channels, filters] at each of the 4 · 2 positions.
        local.Kernel!.Assign(Tf.Tile(Tf.Reshape(convolution.Kernel!.Value, [1, 8, 3]), [8, 1, 1]));
        Assert.All(expected.Zip(local.Call(x).ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Constructor_OfWrongArguments_SaysWhich()
    {
        Assert.Contains("padding 'valid' with implementation 1",
            Assert.Throws<TfLbfgsException>(() => new LocallyConnected1D(1, 3, padding: "same")).Message, StringComparison.Ordinal);
        Assert.Contains("implementation from 1 to 3",
            Assert.Throws<TfLbfgsException>(() => new LocallyConnected1D(1, 3, implementation: 4)).Message, StringComparison.Ordinal);
        using LocallyConnected1D layer = new(1, 3);
        Assert.Contains("known spatial sizes", Assert.Throws<TfLbfgsException>(() => layer.Build([-1, -1, 2])).Message,
            StringComparison.Ordinal);
        Assert.Contains("known spatial sizes", Assert.Throws<TfLbfgsException>(() => layer.Build([-1, 2, 2])).Message,
            StringComparison.Ordinal);
        layer.Build([-1, 5, 2]);
        Assert.Contains("for which it was built", Assert.Throws<TfLbfgsException>(() => layer.Build([-1, 6, 2])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Save_Model_OpensAgain(int implementation)
    {
        using ScratchFolder folder = new();
        Tensor x = Tf.Reshape(Tf.Sin(Tf.Range(24, DType.Float32)), [2, 6, 2]);
        using Sequential model =
            new() { new InputLayer([6, 2]), new LocallyConnected1D(2, 3, 2, implementation: implementation), new Flatten(), new Dense(1) };
        model.Save(folder.File("m.h5"));
        using Model loaded = Model.Load(folder.File("m.h5"));
        Assert.Equal(model.Predict(x).ToDoubles(), loaded.Predict(x).ToDoubles());
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }
}
