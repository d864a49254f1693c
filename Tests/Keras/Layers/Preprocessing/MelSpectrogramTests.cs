using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class MelSpectrogramTests : LeakChecked
{
    [Fact]
    public void Call_Tone_IsLoudestInItsBin()
    {
        using TensorScope scope = new();
        using MelSpectrogram layer =
            new(fftLength: 256, sequenceStride: 128, samplingRate: 8000, melBins: 20, minFrequency: 0, dtype: DType.Float64);
        int Loudest(double hertz)
        {
            double[] tone = [.. Enumerable.Range(0, 1024).Select(i => Math.Sin(2 * Math.PI * hertz * i / 8000))];
            Tensor output = layer.Call(Tensor.From<double>(tone, [1, 1024]));
            double[] middle = [.. Enumerable.Range(0, 20).Select(bin => output.ToArray<double>()[(bin * (int)output.Shape[2]) + 4])];
            return Array.IndexOf(middle, middle.Max());
        }

        // 2595 log10(1 + f / 700): bins are equally wide on that scale.
        Assert.Equal(9, Loudest(1000));
        Assert.True(Loudest(500) < 9 && Loudest(3000) > 9);
    }

    [Fact]
    public void Create_NumbersOutOfRange_Throw()
    {
        Assert.Contains("sequence_length",
            Assert.ThrowsAny<TfLbfgsException>(() => new MelSpectrogram(fftLength: 16, sequenceLength: 17)).Message,
            StringComparison.Ordinal);
        Assert.Contains("max_freq",
            Assert.ThrowsAny<TfLbfgsException>(() => new MelSpectrogram(minFrequency: 500, maxFrequency: 400)).Message,
            StringComparison.Ordinal);
        using TensorScope scope = new();
        using MelSpectrogram layer = new(fftLength: 16);
        Assert.Contains("more than 8 samples",
            Assert.ThrowsAny<TfLbfgsException>(() => layer.Call(Tensor.Zeros([1, 8], DType.Float32))).Message, StringComparison.Ordinal);
    }
}
