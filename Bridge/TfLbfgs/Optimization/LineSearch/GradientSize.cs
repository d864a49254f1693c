namespace TfLbfgs.Optimization;

/// <summary>How large the gradient is where a search goes along the steepest descent, for the length of its first step.</summary>
public sealed class GradientSize
{
    private readonly Func<double> _readSum;
    private double? _sum;

    internal GradientSize(double length, double largest, bool isStart, Func<double> readSum)
    {
        (Length, Largest, IsStart) = (length, largest, isStart);
        _readSum = readSum;
    }

    /// <summary>|g|_2, the length of the gradient.</summary>
    public double Length { get; }

    /// <summary>max |g_i|</summary>
    public double Largest { get; }

    /// <summary>|g|_1, the sum of the absolute values. One read from the device, the first time that it is asked for.</summary>
    public double Sum => _sum ??= _readSum();

    /// <summary>Whether it is the first search of the run; false: after a restart.</summary>
    public bool IsStart { get; }
}
