using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Spectrograms of signals, [batch, time, channels], by convolutions whose kernels begin as a short-time Fourier transform and are trained
/// unless the layer is frozen. Output:
/// [batch, frames, channels * frequencies]. Python: <c>keras.layers.STFTSpectrogram</c>.
/// </summary>
[KerasName("STFTSpectrogram", Generation = KerasGeneration.Keras3)]
public sealed class STFTSpectrogram : Layer
{
    // keras.backend.epsilon().
    private const double Epsilon = 1e-7;

    private SpectrogramMode _mode = SpectrogramMode.Log;
    private int _frameLength = 256;
    private int? _frameStep;
    private int? _fftLength;
    private string? _window = "hann";
    private bool _periodic;
    private string? _scaling = "density";
    private string _padding = "valid";
    private bool _expandDims;
    private DataFormat _dataFormat;
    private Variable? _realKernel;
    private Variable? _imaginaryKernel;

    /// <summary>Creates a layer.</summary>
    /// <param name="mode">What is made of the transform; default the logarithm of its magnitude.</param>
    /// <param name="frameLength">The number of samples in a frame; default 256.</param>
    /// <param name="frameStep">The distance of frames; null (default): half of their length.</param>
    /// <param name="fftLength">The length of the transform, of which half and one more frequencies are left; null (default): the next power
    /// of two.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The lengths do not fit together.</exception>
    public STFTSpectrogram(
        SpectrogramMode mode = SpectrogramMode.Log, int frameLength = 256, int? frameStep = null, int? fftLength = null,
            string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _mode = mode;
        _frameLength = frameLength;
        _frameStep = frameStep;
        _fftLength = fftLength;
        CheckFields();
    }

    /// <summary>What is made of the transform.</summary>
    public SpectrogramMode Mode => _mode;

    /// <summary>The number of samples in a frame.</summary>
    public int FrameLength => _frameLength;

    /// <summary>The window by which frames are multiplied, as for <see cref="STFT"/>; null: none. Default <c>hann</c>.</summary>
    public string? Window
    {
        get => _window;
        init
        {
            _window = value;
            CheckFields();
        }
    }

    /// <summary>Whether the window continues without its first value at the end. Default false.</summary>
    public bool Periodic
    {
        get => _periodic;
        init => _periodic = value;
    }

    /// <summary>What the window is divided by: <c>density</c> (default), <c>spectrum</c>, or null for nothing.</summary>
    public string? Scaling
    {
        get => _scaling;
        init
        {
            _scaling = value;
            CheckFields();
        }
    }

    /// <summary><c>valid</c> (default): frames lie within the signal; <c>same</c>: it is padded with 0.</summary>
    public string Padding
    {
        get => _padding;
        init
        {
            _padding = value;
            CheckFields();
        }
    }

    /// <summary>Whether channels have a dimension of their own: [batch, frames, frequencies, channels]. Default false.</summary>
    public bool ExpandDims
    {
        get => _expandDims;
        init => _expandDims = value;
    }

    /// <summary>Where the channels stand: last (default), or second, also in the output.</summary>
    public DataFormat DataFormat
    {
        get => _dataFormat;
        init => _dataFormat = value;
    }

    private int FrequencyCount => ((_fftLength ?? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_frameLength)) / 2) + 1;

    private bool IsFirst => _dataFormat == DataFormat.ChannelsFirst;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor? real = _mode == SpectrogramMode.Imaginary ? null : Convolve(input, _realKernel!.Value);
        Tensor? imaginary = _mode == SpectrogramMode.Real ? null : Convolve(input, _imaginaryKernel!.Value);
        return _mode switch
        {
            SpectrogramMode.Real => Arrange(real!, input),
            SpectrogramMode.Imaginary => Arrange(imaginary!, input),
            SpectrogramMode.Angle => Arrange(RawOps.Atan2(imaginary!, real!), input),
            SpectrogramMode.Both => Arrange(Tf.Concat([real!, imaginary!], 2), input),
            _ => Arrange(OfPower(Tf.Square(real!) + Tf.Square(imaginary!)), input),
        };
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        if (inputShape.Rank != 3 || inputShape[IsFirst ? 1 : 2] < 0)
            throw new TfLbfgsException($"{this}: expected signals of {(IsFirst ? "[batch, channels, time]" : "[batch, time, channels]")} "
                + $"with a known number of channels, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        Shape shape = [_frameLength, 1, FrequencyCount];
        if (_mode != SpectrogramMode.Imaginary)
            _realKernel = AddVariable("real_kernel", shape, new STFT("real", _window, _scaling, _periodic));
        if (_mode != SpectrogramMode.Real)
            _imaginaryKernel = AddVariable("imag_kernel", shape, new STFT("imag", _window, _scaling, _periodic));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Choice(
            "mode", ref _mode, ("log", SpectrogramMode.Log), ("magnitude", SpectrogramMode.Magnitude),
                ("psd", SpectrogramMode.PowerDensity), ("real", SpectrogramMode.Real),
            ("imag", SpectrogramMode.Imaginary), ("angle", SpectrogramMode.Angle), ("stft", SpectrogramMode.Both));
        fields.Integer("frame_length", ref _frameLength, minimum: 2);
        fields.OptionalInteger("frame_step", ref _frameStep, minimum: 1);
        fields.OptionalInteger("fft_length", ref _fftLength, minimum: 2);
        fields.OptionalChoice("window", ref _window, SignalWindow.Names);
        fields.Flag("periodic", ref _periodic);
        fields.OptionalChoice("scaling", ref _scaling, "density", "spectrum");
        fields.Choice("padding", ref _padding, "valid", "same");
        fields.Flag("expand_dims", ref _expandDims);
        fields.DataFormat(ref _dataFormat);
        if (_frameStep > _frameLength)
            throw fields.Fail($"expected frame_step to be at most frame_length ({_frameLength}), received {_frameStep}.");
        if (_fftLength < _frameLength)
            throw fields.Fail($"expected fft_length to be at least frame_length ({_frameLength}), received {_fftLength}.");
    }

    /// <summary>
    /// One channel of one sample after the other: [batch * channels, frames, frequencies] as [batch, channels, frequencies, frames].
    /// </summary>
    private Tensor Convolve(Tensor input, Tensor kernel)
    {
        Tensor signals = IsFirst ? input : Tf.Transpose(input, [0, 2, 1]);
        Tensor each = RawOps.Reshape(signals, RawOps.Pack([Tensor.Scalar(-1), RawOps.Shape(signals)[2], Tensor.Scalar(1)]));
        Tensor frames = Tf.NN.Conv1D(each, kernel, [_frameStep ?? (_frameLength / 2)], _padding.ToUpperInvariant());
        Tensor turned = Tf.Transpose(frames, [0, 2, 1]);
        return RawOps.Reshape(turned,
            RawOps.Pack([Tensor.Scalar(-1), Tensor.Scalar((int)input.Shape[IsFirst ? 1 : 2]), Tensor.Scalar(FrequencyCount),
            RawOps.Shape(turned)[2]]));
    }

    private Tensor OfPower(Tensor power)
    {
        // All frequencies but the first and the last stand for their negatives, too.
        if (_mode == SpectrogramMode.PowerDensity)
            return power + Tf.Pad(power[.., .., 1..^1], new int[,] { { 0, 0 }, { 0, 0 }, { 1, 1 }, { 0, 0 } });
        Tensor magnitude = Tf.Sqrt(Tf.Maximum(power, Epsilon));
        return _mode == SpectrogramMode.Magnitude ? magnitude : Tf.Log(Tf.Maximum(magnitude, Epsilon));
    }

    private Tensor Arrange(Tensor output, Tensor input)
    {
        long channels = input.Shape[IsFirst ? 1 : 2], frequencies = FrequencyCount * (_mode == SpectrogramMode.Both ? 2 : 1),
            batch = input.Shape[0];
        if (_expandDims)
            return IsFirst ? Tf.Transpose(output, [0, 1, 3, 2]) : Tf.Transpose(output, [0, 3, 2, 1]);
        Tensor joined =
            RawOps.Reshape(output, RawOps.Pack([Tensor.Scalar(-1), Tensor.Scalar((int)(channels * frequencies)), RawOps.Shape(output)[3]]));
        joined.RefineShape([batch, channels * frequencies, joined.Shape.HasRank ? joined.Shape[2] : -1]);
        return IsFirst ? joined : Tf.Transpose(joined, [0, 2, 1]);
    }
}
