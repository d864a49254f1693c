using System.Diagnostics;

namespace TfLbfgs.Benchmarks.Measuring;

/// <summary>The rules by which every solver is timed, ours and the peers'.</summary>
internal static class Timing
{
    private const double LeastSeconds = 0.5;

    /// <summary>The seconds of one call.</summary>
    public static double Of(Action call)
    {
        long begin = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>The shortest of at least this many calls that together last half a second.</summary>
    public static double BestOf(Action call, int repetitions)
    {
        double best = double.PositiveInfinity;
        double total = 0;
        for (int n = 0; n < repetitions || total < LeastSeconds; n++)
        {
            double took = Of(call);
            best = Math.Min(best, took);
            total += took;
        }

        return best;
    }

    /// <summary>The fewest iterations whose final loss is at most the target, by doubling and bisection; null past the most.</summary>
    public static int? FewestIterations(Func<int, double> loss, double target, int most)
    {
        int high = 8;
        while (!(loss(high) <= target))
        {
            high *= 2;
            if (high > most)
                return null;
        }

        int low = high / 2;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (loss(middle) <= target)
                high = middle;
            else
                low = middle;
        }

        return high;
    }
}
