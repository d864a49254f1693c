namespace TfLbfgs.Tests.Support;

/// <summary>
/// Which rows of a long table a run of the suite takes: each n-th, or all of another reference. The explicit test beside takes all and
/// stores what it found.
/// </summary>
internal static class TableSample
{
    /// <summary>How much more the mean of a sample may be than that of all rows, since it scatters more.</summary>
    public const double Scatter = 1.2;

    /// <summary>Each n-th row, from the first on; all of another reference.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> rows, int each) =>
        ReferenceRoot.IsOther ? rows : [.. rows.Where((_, i) => i % each == 0)];
}
