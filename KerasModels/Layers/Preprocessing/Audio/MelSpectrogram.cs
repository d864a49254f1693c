using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Spectrograms of signals, [batch, time] or [time], on the mel scale of pitch, in decibels. Output: [batch, bins, frames]. Python:
/// <c>keras.layers.MelSpectrogram</c>.
/// </summary>
[KerasName("MelSpectrogram", Generation = KerasGeneration.Keras3)]
public sealed class MelSpectrogram : Layer
{
    private int _fftLength = 2048;
    private int _sequenceStride = 512;
    private int? _sequenceLength;
    private string? _window = "hann";
    private double _samplingRate = 16000;
    private int _melBins = 128;
    private double _minFrequency = 20;
    private double? _maxFrequency;
    private bool _powerToDecibels = true;
    private double _topDecibels = 80;
    private double _magnitudeExponent = 2;
    private double _minPower = 1e-10;
    private double _referencePower = 1;

    /// <summary>Creates a layer.</summary>
    /// <param name="fftLength">The length of the Fourier transform; default 2048.</param>
    /// <param name="sequenceStride">The distance of frames; default 512.</param>
    /// <param name="sequenceLength">The length of the window, at most that of the transform; null (default): as long.</param>
    /// <param name="samplingRate">The number of samples in a second; default 16000.</param>
    /// <param name="melBins">The number of bins; default 128. Python: <c>num_mel_bins</c>.</param>
    /// <param name="minFrequency">The lowest frequency in Hertz; default 20.</param>
    /// <param name="maxFrequency">The highest frequency in Hertz; null (default): half of the sampling rate.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is out of range.</exception>
    public MelSpectrogram(
        int fftLength = 2048, int sequenceStride = 512, int? sequenceLength = null, double samplingRate = 16000, int melBins = 128,
            double minFrequency = 20, double? maxFrequency = null,
        string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _fftLength = fftLength;
        _sequenceStride = sequenceStride;
        _sequenceLength = sequenceLength;
        _samplingRate = samplingRate;
        _melBins = melBins;
        _minFrequency = minFrequency;
        _maxFrequency = maxFrequency;
        CheckFields();
    }

    /// <summary>The window by which frames are multiplied: <c>hann</c> (default) or <c>hamming</c>; null: none.</summary>
    public string? Window
    {
        get => _window;
        init
        {
            _window = value;
            CheckFields();
        }
    }

    /// <summary>Whether the output is in decibels. Default true.</summary>
    public bool PowerToDecibels
    {
        get => _powerToDecibels;
        init => _powerToDecibels = value;
    }

    /// <summary>How many decibels below the largest of the whole output its smallest are at most; default 80.</summary>
    public double TopDecibels
    {
        get => _topDecibels;
        init => _topDecibels = value;
    }

    /// <summary>The exponent of the magnitude; default 2, the power.</summary>
    public double MagnitudeExponent
    {
        get => _magnitudeExponent;
        init => _magnitudeExponent = value;
    }

    /// <summary>The smallest power before the logarithm; default 1e-10.</summary>
    public double MinPower
    {
        get => _minPower;
        init => _minPower = value;
    }

    /// <summary>The power of 0 decibels; default 1.</summary>
    public double ReferencePower
    {
        get => _referencePower;
        init => _referencePower = value;
    }

    private double HighestFrequency => _maxFrequency ?? Math.Floor(_samplingRate / 2);

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        DType dtype = ComputeDType is DType.Float32 or DType.Float64 ? ComputeDType : DType.Float32;
        Tensor x = input.DType == dtype ? input : Tf.Cast(input, dtype);
        Tensor spectrum = Tf.Signal.Rfft(Frames(x), _fftLength);
        Tensor magnitude = Tf.Sqrt(Tf.Square(Tf.Real(spectrum)) + Tf.Square(Tf.Imag(spectrum)));
        Tensor mel =
            Tf.TensorDot(Tf.Pow(magnitude, _magnitudeExponent), HostArrays.ToTensor(MelWeights(), dtype, [(_fftLength / 2) + 1, _melBins]),
            [-1], [0]);
        if (_powerToDecibels)
            mel = ToDecibels(mel);
        int rank = input.Rank;
        Tensor turned = Tf.Transpose(mel, [.. Enumerable.Range(0, rank - 1), rank, rank - 1]);
        return dtype == ComputeDType ? turned : Tf.Cast(turned, ComputeDType);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        if (!inputShape.HasRank || inputShape.Rank is not (1 or 2))
            throw new TfLbfgsException($"{this}: expected signals of [batch, time] or [time], received {inputShape}.");
        if (inputShape[^1] >= 0 && inputShape[^1] <= _fftLength / 2)
            throw new TfLbfgsException(
                $"{this}: expected signals of more than {_fftLength / 2} samples, half of fft_length, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("fft_length", ref _fftLength, minimum: 2);
        fields.Integer("sequence_stride", ref _sequenceStride, minimum: 1);
        fields.OptionalInteger("sequence_length", ref _sequenceLength, minimum: 1);
        fields.OptionalChoice("window", ref _window, "hann", "hamming");
        fields.Number("sampling_rate", ref _samplingRate, positive: true);
        fields.Integer("num_mel_bins", ref _melBins, minimum: 1);
        fields.Number("min_freq", ref _minFrequency, minimum: 0);
        fields.OptionalNumber("max_freq", ref _maxFrequency, minimum: 0);
        fields.Flag("power_to_db", ref _powerToDecibels);
        fields.Number("top_db", ref _topDecibels);
        fields.Number("mag_exp", ref _magnitudeExponent);
        fields.Number("min_power", ref _minPower);
        fields.Number("ref_power", ref _referencePower);
        if (_sequenceLength > _fftLength)
            throw fields.Fail($"expected sequence_length to be at most fft_length ({_fftLength}), received {_sequenceLength}.");
        if (!(HighestFrequency > _minFrequency))
            throw fields.Fail(
                FormattableString.Invariant($"expected max_freq above min_freq ({_minFrequency}), received {HighestFrequency}."));
    }

    /// <summary>Overlapping frames of the signal, mirrored at its ends, times the window: [..., frames, fft_length].</summary>
    private Tensor Frames(Tensor x)
    {
        int[,] paddings = new int[x.Rank, 2];
        paddings[x.Rank - 1, 0] = paddings[x.Rank - 1, 1] = _fftLength / 2;
        Tensor padded = Tf.Pad(x, paddings, "REFLECT");
        Tensor last = RawOps.Shape(padded)[padded.Rank - 1];
        Tensor starts = RawOps.Range(Tensor.Scalar(0), last - Tensor.Scalar(_fftLength - 1), Tensor.Scalar(_sequenceStride));
        Tensor within = Tensor.From<int>([.. Enumerable.Range(0, _fftLength)]);
        Tensor frames = Tf.Gather(padded, Tf.ExpandDims(starts, 1) + within, axis: padded.Rank - 1);
        if (_window is null)
            return frames;
        int length = _sequenceLength ?? _fftLength, left = (_fftLength - length) / 2;
        double[] window =
            [.. Enumerable.Repeat(0.0, left), .. SignalWindow.Values(_window, length, isPeriodic: true),
            .. Enumerable.Repeat(0.0, _fftLength - length - left)];
        return frames * HostArrays.ToTensor(window, x.DType, [_fftLength]);
    }

    private Tensor ToDecibels(Tensor power)
    {
        double tenth = 10 / Math.Log(10);
        Tensor decibels =
            (Tf.Log(Tf.Maximum(power, _minPower)) * tenth) - (tenth * Math.Log(Math.Max(Math.Abs(_referencePower), _minPower)));
        return Tf.Maximum(decibels, Tf.ReduceMax(decibels) - _topDecibels);
    }

    /// <summary>How much each frequency adds to each bin: a triangle between the neighbors of the bin's middle, on the mel scale.</summary>
    private double[] MelWeights()
    {
        static double ToMel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));
        int frequencies = (_fftLength / 2) + 1;
        double low = ToMel(_minFrequency), width = (ToMel(HighestFrequency) - low) / (_melBins + 1);
        double[] weights = new double[frequencies * _melBins];
        // The mean of the signal adds to none.
        for (int frequency = 1; frequency < frequencies; frequency++)
        {
            double mel = ToMel(_samplingRate / 2 * frequency / (frequencies - 1));
            for (int bin = 0; bin < _melBins; bin++)
            {
                double middle = low + ((bin + 1) * width);
                weights[(frequency * _melBins) + bin] = Math.Max(0, 1 - (Math.Abs(mel - middle) / width));
            }
        }

        return weights;
    }
}
