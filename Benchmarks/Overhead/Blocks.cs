using System.Diagnostics;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>Times two pieces of work in alternating blocks, so that other load of the machine hits both alike.</summary>
internal static class Blocks
{
    /// <summary>
    /// The median microseconds per call of each over the blocks, and the median of the ratios of neighbouring blocks, which drifts least.
    /// </summary>
    public static (double First, double Second, double Ratio) Median(Action first, Action second, int blocks, int callsPerBlock)
    {
        List<double> firstTimes = [];
        List<double> secondTimes = [];
        List<double> ratios = [];
        for (int block = 0; block < blocks; block++)
        {
            // Which goes first changes from block to block.
            double firstTime = block % 2 == 0 ? Time(first, callsPerBlock) : 0;
            double secondTime = Time(second, callsPerBlock);
            if (block % 2 != 0)
                firstTime = Time(first, callsPerBlock);
            firstTimes.Add(firstTime);
            secondTimes.Add(secondTime);
            ratios.Add(firstTime / secondTime);
        }

        return (Middle(firstTimes), Middle(secondTimes), Middle(ratios));
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
