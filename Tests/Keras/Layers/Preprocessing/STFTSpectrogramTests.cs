using TfLbfgs.Keras;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class STFTSpectrogramTests : LeakChecked
{
    // scipy.signal.get_window(name, 7, periodic).
    [Theory]
    [InlineData("hann", true,
        new[] { 0.0, 0.188255099071, 0.611260466978, 0.950484433951, 0.950484433951, 0.611260466978, 0.188255099071 })]
    [InlineData("hann", false, new[] { 0.0, 0.25, 0.75, 1.0, 0.75, 0.25, 0.0 })]
    [InlineData("hamming", false, new[] { 0.08, 0.31, 0.77, 1.0, 0.77, 0.31, 0.08 })]
    [InlineData("blackman", true,
        new[] { -0.0, 0.090453424354, 0.459182957546, 0.9203636181, 0.9203636181, 0.459182957546, 0.090453424354 })]
    [InlineData("nuttall", false, new[] { 0.0003628, 0.0613345, 0.5292298, 1.0, 0.5292298, 0.0613345, 0.0003628 })]
    [InlineData("blackmanharris", true,
        new[] { 6e-05, 0.033391723478, 0.332833504299, 0.889369772223, 0.889369772223, 0.332833504299, 0.033391723478 })]
    [InlineData("flattop", false, new[] { -0.000421051, -0.051263156, 0.19821053, 1.000000003, 0.19821053, -0.051263156, -0.000421051 })]
    [InlineData("boxcar", true, new[] { 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0 })]
    [InlineData("bartlett", true,
        new[] { 0.0, 0.285714285714, 0.571428571429, 0.857142857143, 0.857142857143, 0.571428571429, 0.285714285714 })]
    [InlineData("bartlett", false, new[] { 0.0, 0.333333333333, 0.666666666667, 1.0, 0.666666666667, 0.333333333333, 0.0 })]
    [InlineData("cosine", true,
        new[] { 0.195090322016, 0.55557023302, 0.831469612303, 0.980785280403, 0.980785280403, 0.831469612303, 0.55557023302 })]
    [InlineData("cosine", false,
        new[] { 0.222520933956, 0.623489801859, 0.900968867902, 1.0, 0.900968867902, 0.623489801859, 0.222520933956 })]
    public void Kernel_ZeroFrequency_IsTheWindowOfSciPy(string window, bool periodic, double[] expected)
    {
        using Tensor kernel = new STFT("real", window, scaling: null, periodic).Create([7, 1, 5], DType.Float64);
        Assert.All(Enumerable.Range(0, 7), i => Assert.Equal(expected[i], kernel.ToArray<double>()[i * 5], 1e-11));
    }

    [Fact]
    public void Call_UntrainedKernels_AreTheFourierTransform()
    {
        using TensorScope scope = new();
        using STFTSpectrogram layer =
            new(SpectrogramMode.Both, frameLength: 8, frameStep: 8, dtype: DType.Float64) { Window = null, Scaling = null };
        Tensor signal = Tensor.From<double>([.. Enumerable.Range(0, 8).Select(i => Math.Sin(i * i))], [1, 8, 1]);
        double[] received = layer.Call(signal).ToArray<double>();
        Tensor expected = Tf.Signal.Rfft(Tf.Reshape(signal, [8]));
        double[] both = [.. Tf.Real(expected).ToArray<double>(), .. Tf.Imag(expected).ToArray<double>()];
        Assert.All(Enumerable.Range(0, both.Length), i => Assert.Equal(both[i], received[i], 1e-10));
    }

    [Fact]
    public void Save_Layer_ReloadsEqual()
    {
        using ScratchFolder folder = new();
        using TensorScope scope = new();
        using Sequential model =
            new() { new InputLayer([20, 1]), new STFTSpectrogram(frameLength: 8) { Window = "hamming", Padding = "same" }, new Dense(2) };
        Tensor signal = Tensor.From<float>([.. Enumerable.Range(0, 20).Select(i => MathF.Sin(i))], [1, 20, 1]);
        model.Save(folder.File("stft.h5"));
        using Model again = Model.Load(folder.File("stft.h5"));
        Assert.Equal(model.Call(signal).ToArray<float>(), again.Call(signal).ToArray<float>());
    }

    [Fact]
    public void Create_LengthsThatDoNotFit_Throw()
    {
        Assert.Contains("frame_step", Assert.ThrowsAny<TfLbfgsException>(() => new STFTSpectrogram(frameLength: 8, frameStep: 9)).Message,
            StringComparison.Ordinal);
        Assert.Contains("fft_length", Assert.ThrowsAny<TfLbfgsException>(() => new STFTSpectrogram(frameLength: 8, fftLength: 4)).Message,
            StringComparison.Ordinal);
        Assert.Contains("window", Assert.ThrowsAny<TfLbfgsException>(() => new STFTSpectrogram { Window = "kaiser" }).Message,
            StringComparison.Ordinal);
    }
}
