using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class PipelineTests : LeakChecked
{
    [Fact]
    public void Save_PipelineInAModel_ReloadsEqual()
    {
        using ScratchFolder folder = new();
        using TensorScope scope = new();
        using Sequential model = new() { new InputLayer([4, 4, 3]),
            new Pipeline([new AutoContrast(), new RandomInvert(), new Rescaling(1 / 255.0)]), new Flatten(), new Dense(2) };
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 48).Select(i => (float)(i * i % 200))], [1, 4, 4, 3]);
        float[] expected = model.Call(images).ToArray<float>();
        model.Save(folder.File("pipeline.h5"));
        using Model again = Model.Load(folder.File("pipeline.h5"));
        Assert.Equal(expected, again.Call(images).ToArray<float>());
        Assert.Equal(3, ((Pipeline)again.Layers[0]).Layers.Count);
        Assert.NotEqual(expected,
            Enumerable.Range(0, 8).Select(_ => model.Call(images, training: true).ToArray<float>())
            .First(output => !output.SequenceEqual(expected)));
    }
}
