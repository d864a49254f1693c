namespace TfLbfgs.Distribution;

/// <summary>
/// Consecutive shares of rows, files or members, one for each part. The first ones have one more where the number does not divide evenly.
/// </summary>
internal static class EvenShare
{
    /// <summary>Where a share begins, and how many it has.</summary>
    /// <param name="total">How many are divided.</param>
    /// <param name="index">Which share, from 0.</param>
    /// <param name="count">How many shares there are.</param>
    public static (long First, long Count) Of(long total, int index, int count)
    {
        (long each, long more) = Math.DivRem(total, count);
        return (index * each + Math.Min(index, more), each + (index < more ? 1 : 0));
    }
}
