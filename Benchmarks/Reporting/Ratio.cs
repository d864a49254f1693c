using TfLbfgs.Benchmarks.Measuring;

namespace TfLbfgs.Benchmarks.Reporting;

/// <summary>The time to the target of one of our variants over that of a peer; below 1 we are ahead. Null: one of them has none.</summary>
/// <param name="Solver">Our variant.</param>
/// <param name="Peer">The peer.</param>
/// <param name="Steady">After tracing and compilation.</param>
/// <param name="First">With tracing and compilation.</param>
internal sealed record Ratio(string Solver, string Peer, double? Steady, double? First)
{
    /// <summary>Every variant of ours against every peer.</summary>
    public static IReadOnlyList<Ratio> Of(IEnumerable<BenchmarkRow> own, IReadOnlyList<BenchmarkRow> peers) =>
    [
        .. from mine in own
           from theirs in peers
           select new Ratio(mine.Solver, theirs.Solver, mine.SecondsToTarget / theirs.SecondsToTarget,
               mine.FirstSecondsToTarget / theirs.FirstSecondsToTarget),
    ];
}
