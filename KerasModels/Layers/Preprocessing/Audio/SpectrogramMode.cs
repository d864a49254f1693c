namespace TfLbfgs.Keras.Layers;

/// <summary>What <see cref="STFTSpectrogram"/> makes of a short-time Fourier transform. Python: the argument <c>mode</c>.</summary>
public enum SpectrogramMode
{
    /// <summary>The logarithm of the magnitude. Python: <c>log</c>.</summary>
    Log,

    /// <summary>The magnitude. Python: <c>magnitude</c>.</summary>
    Magnitude,

    /// <summary>The power of each frequency and its negative. Python: <c>psd</c>.</summary>
    PowerDensity,

    /// <summary>The real part. Python: <c>real</c>.</summary>
    Real,

    /// <summary>The imaginary part. Python: <c>imag</c>.</summary>
    Imaginary,

    /// <summary>The angle. Python: <c>angle</c>.</summary>
    Angle,

    /// <summary>The real parts, then the imaginary ones. Python: <c>stft</c>.</summary>
    Both,
}
