namespace TfLbfgs.Keras.Initializers;

/// <summary>
/// Windows by which a frame of a signal is multiplied before its Fourier transform. Python: <c>scipy.signal.get_window</c>.
/// </summary>
internal static class SignalWindow
{
    // The coefficients of sums of cosines.
    private static readonly Dictionary<string, double[]> Cosines = new(StringComparer.Ordinal)
    {
        ["boxcar"] = [1],
        ["hann"] = [0.5, 0.5],
        ["hamming"] = [0.54, 0.46],
        ["blackman"] = [0.42, 0.5, 0.08],
        ["nuttall"] = [0.3635819, 0.4891775, 0.1365995, 0.0106411],
        ["blackmanharris"] = [0.35875, 0.48829, 0.14128, 0.01168],
        ["flattop"] = [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368],
    };

    /// <summary>The names of the windows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Cosines.Keys, "bartlett", "cosine"];

    /// <summary>The values of a window.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="length">The number of values.</param>
    /// <param name="isPeriodic">Whether it continues without its first value at the end; otherwise it is symmetric.</param>
    public static double[] Values(string name, int length, bool isPeriodic)
    {
        if (length == 1)
            return [1];
        int whole = isPeriodic ? length + 1 : length;
        Func<int, double> value = name switch
        {
            "bartlett" => i => 1 - Math.Abs((2.0 * i / (whole - 1)) - 1),
            "cosine" => i => Math.Sin(Math.PI / whole * (i + 0.5)),
            _ => i => Cosines[name].Select((coefficient, k) => coefficient * Math.Cos(k * ((2 * Math.PI * i / (whole - 1)) - Math.PI)))
                .Sum(),
        };
        return [.. Enumerable.Range(0, length).Select(value)];
    }
}
