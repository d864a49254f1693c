using System.Diagnostics;

namespace TfLbfgs.Benchmarks;

/// <summary>Times two pieces of work in alternating blocks, so that whatever else the machine does hits both alike.</summary>
internal static class Blocks
{
    /// <summary>The median microseconds per call of each, over the blocks.</summary>
    public static (double First, double Second) Median(Action first, Action second, int blocks, int callsPerBlock)
    {
        List<double> firstTimes = [];
        List<double> secondTimes = [];
        for (int block = 0; block < blocks; block++)
        {
            firstTimes.Add(Time(first, callsPerBlock));
            secondTimes.Add(Time(second, callsPerBlock));
        }

        return (Middle(firstTimes), Middle(secondTimes));
    }

    private static double Time(Action work, int calls)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
            work();
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / calls;
    }

    private static double Middle(List<double> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
