using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class AugMixTests : LeakChecked
{
    [Fact]
    public void Call_InTraining_BlendsChangedCopiesWithinTheRange()
    {
        using TensorScope scope = new();
        using AugMix layer = new((0, 1), chains: 2, chainDepth: 2, factor: (0.2, 0.6), seed: 3);
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 48).Select(i => i / 48f)], [1, 4, 4, 3]);
        float[][] outputs = [.. Enumerable.Range(0, 3).Select(_ => layer.Call(images, training: true).ToArray<float>())];
        Assert.True(outputs.Select(output => string.Join(' ', output)).Distinct().Count() > 1);
        Assert.All(outputs.SelectMany(output => output), value => Assert.InRange(value, 0, 1));
        Assert.Equal(images.ToArray<float>(), layer.Call(images).ToArray<float>());
    }

    [Fact]
    public void Call_ChainsWithoutLayers_LeaveImages()
    {
        using TensorScope scope = new();
        using AugMix layer = new((0, 1), chainDepth: 0);
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 12).Select(i => i / 12f)], [1, 2, 2, 3]);
        float[] expected = images.ToArray<float>(), actual = layer.Call(images, training: true).ToArray<float>();
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void GetConfig_ReadAgain_IsTheSame()
    {
        using AugMix layer = new(
            chains: 2, chainDepth: 1, factor: (0, 0.5), alpha: 2, changesColors: false, interpolation: Interpolation.Nearest, seed: 7);
        using Layer again = KerasRegistry.FromConfig<Layer>(
            "AugMix", JsonSerializer.SerializeToElement(layer.GetConfig()), KerasGeneration.Keras3);
        Assert.Equal(layer.GetConfig().ToJsonString(), again.GetConfig().ToJsonString());
        Assert.Contains("alpha", Assert.ThrowsAny<TfLbfgsException>(() => new AugMix(alpha: 0)).Message, StringComparison.Ordinal);
        Assert.Contains("num_chains", Assert.ThrowsAny<TfLbfgsException>(() => new AugMix(chains: 0)).Message, StringComparison.Ordinal);
    }
}
