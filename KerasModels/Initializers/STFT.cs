using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// The real or the imaginary part of a short-time Fourier transform as the kernel of a convolution, [frame, 1, frequencies]. Python:
/// <c>keras.initializers.STFT</c>.
/// </summary>
[KerasName("STFT", "STFTInitializer", Generation = KerasGeneration.Keras3)]
public sealed class STFT : Initializer
{
    private string _side = "real";
    private string? _window = "hann";
    private string? _scaling = "density";
    private bool _periodic;

    /// <summary>Creates an initializer.</summary>
    /// <param name="side"><c>real</c> (default) or <c>imag</c>.</param>
    /// <param name="window">The window by which frames are multiplied: <c>hann</c> (default), <c>hamming</c>, <c>blackman</c>,
    /// <c>blackmanharris</c>, <c>nuttall</c>, <c>flattop</c>, <c>bartlett</c>, <c>cosine</c> or <c>boxcar</c>; null: none.</param>
    /// <param name="scaling">What the window is divided by: <c>density</c> (default), its Euclidean norm; <c>spectrum</c>, its sum; null:
    /// nothing.</param>
    /// <param name="periodic">Whether the window continues without its first value at the end. Default false.</param>
    /// <exception cref="TfLbfgsException">A text is none of those.</exception>
    public STFT(string side = "real", string? window = "hann", string? scaling = "density", bool periodic = false)
    {
        _side = side;
        _window = window;
        _scaling = scaling;
        _periodic = periodic;
        CheckFields();
    }

    /// <inheritdoc/>
    protected override double[] Values(Shape shape, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank != 3 || shape[1] != 1 || shape[2] < 2)
            throw new TfLbfgsException($"STFT: expected the shape [frame, 1, frequencies], received {shape}.");
        int length = (int)shape[0], frequencies = (int)shape[2];
        double[] window = _window is null ? [.. Enumerable.Repeat(1.0, length)] : SignalWindow.Values(_window, length, _periodic);
        double scale = _window is null ? 1 : _scaling switch
        {
            "density" => Math.Sqrt(window.Sum(value => value * value)),
            "spectrum" => window.Sum(Math.Abs),
            _ => 1,
        };
        double[] values = new double[length * frequencies];
        for (int i = 0; i < values.Length; i++)
        {
            int time = i / frequencies, frequency = i % frequencies;
            double angle = -2 * Math.PI * time * frequency / (2 * (frequencies - 1));
            values[i] = (_side == "real" ? Math.Cos(angle) : Math.Sin(angle)) * window[time] / scale;
        }

        return values;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Choice("side", ref _side, "real", "imag");
        fields.OptionalChoice("window", ref _window, SignalWindow.Names);
        fields.OptionalChoice("scaling", ref _scaling, "density", "spectrum");
        fields.Flag("periodic", ref _periodic);
    }
}
