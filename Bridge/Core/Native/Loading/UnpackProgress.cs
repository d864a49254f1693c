using System.Diagnostics;
using System.Globalization;

namespace TfLbfgs.Native.Loading;

/// <summary>
/// One line on standard error while the archive is unpacked: redrawn in place on a terminal, else written at the start and at the end.
/// </summary>
internal sealed class UnpackProgress : IDisposable
{
    private readonly bool _isShown;
    private readonly bool _isTerminal;
    private readonly string _title;
    private readonly long _total;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private long _done;
    private long _percent = -1;
    private bool _isComplete;

    public UnpackProgress(bool isShown, VendoredRelease release, string folder)
    {
        _isShown = isShown;
        _isTerminal = !Console.IsErrorRedirected;
        _total = release.TotalSize;
        _title = string.Create(CultureInfo.InvariantCulture,
            $"Unpacking TensorFlow {release.Version} ({_total / 1e6:F0} MB, once) into {folder}");
        if (_isShown && !_isTerminal)
            Console.Error.WriteLine(_title);
    }

    /// <summary>Counts unpacked bytes, from any thread.</summary>
    public void Add(int bytes)
    {
        lock (_gate)
        {
            _done += bytes;
            long percent = 100 * _done / Math.Max(1, _total);
            if (percent == _percent || !_isShown || !_isTerminal)
                return;

            _percent = percent;
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{Fitting(_title)}: {percent,3} %"));
        }
    }

    /// <summary>Says that it is done, and in what time.</summary>
    public void Complete()
    {
        _isComplete = true;
        if (!_isShown)
            return;

        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        Console.Error.WriteLine(_isTerminal
            ? string.Create(CultureInfo.InvariantCulture, $"\r{Fitting(_title)}: {seconds:F1} s")
            : string.Create(CultureInfo.InvariantCulture, $"Unpacked TensorFlow in {seconds:F1} s"));
    }

    /// <summary>Leaves the terminal on a fresh line, also after a failure.</summary>
    public void Dispose()
    {
        if (_isShown && _isTerminal && !_isComplete && _percent >= 0)
            Console.Error.WriteLine();
    }

    /// <summary>The title cut to the terminal's width: a line that wraps cannot be redrawn in place.</summary>
    private static string Fitting(string title)
    {
        const int Figures = 9;
        int room = Math.Max(20, Console.WindowWidth - Figures);
        return title.Length <= room ? title : title[..(room - 3)] + "...";
    }
}
