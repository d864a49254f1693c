using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.BatchMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// Ranks the ends of many starts, and finds the different minima among them. The points stay on the device: distances are read, not
/// positions.
/// </summary>
internal static class MultiStartRanking
{
    /// <summary>Makes the result.</summary>
    /// <param name="positions">Where the starts ended, shape [count, n]; borrowed.</param>
    /// <param name="entries">How they ended.</param>
    /// <param name="distance">How far apart two minima are.</param>
    /// <param name="calls">Calls of the function.</param>
    /// <param name="rows">Points that were evaluated.</param>
    /// <param name="seconds">Of the whole.</param>
    public static MultiStartResult Rank(Tensor positions, IReadOnlyList<MultiStartEntry> entries, double distance, int calls, long rows,
        double seconds)
    {
        using TensorScope scope = new();
        int[] order =
            [.. Enumerable.Range(0, entries.Count).OrderBy(i => double.IsFinite(entries[i].Loss) ? 0 : 1).ThenBy(i => entries[i].Loss)
            .ThenBy(i => i)];
        Tensor ranked = Rows(positions, Tensor.From([.. order.Select(i => (long)i)]));
        MultiStartEntry[] ends = [.. order.Select(i => entries[i])];
        List<MultiStartMinimum> minima = Group(ranked, ends, distance);
        return new MultiStartResult
        {
            Positions = scope.Keep(ranked),
            Entries = ends,
            Minima = minima,
            Distance = distance,
            Calls = calls,
            EvaluatedRows = rows,
            Seconds = seconds
        };
    }

    /// <summary>Each minimum is the lowest end that lies near none before; those near it belong to it. One read for each.</summary>
    private static List<MultiStartMinimum> Group(Tensor ranked, MultiStartEntry[] ends, double distance)
    {
        List<MultiStartMinimum> minima = [];
        double[] sizes = MaxAbsOfRows(ranked).ToArray<double>();
        for (int rank = 0; rank < ends.Length; rank++)
        {
            if (!ends[rank].IsMinimum || ends[rank].Minimum is not null)
                continue;
            using TensorScope scope = new();
            double[] away = MaxAbsOfRows(ranked - ranked[rank]).ToArray<double>();
            double reach = distance * Math.Max(1, sizes[rank]);
            int count = 0;
            for (int other = rank; other < ends.Length; other++)
            {
                if (!ends[other].IsMinimum || ends[other].Minimum is not null || (other != rank && !(away[other] <= reach)))
                    continue;
                ends[other] = ends[other] with { Minimum = minima.Count };
                count++;
            }

            minima.Add(new MultiStartMinimum(rank, ends[rank].Loss, count));
        }

        return minima;
    }
}
