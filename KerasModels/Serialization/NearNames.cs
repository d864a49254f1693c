namespace TfLbfgs.Keras.Serialization;

/// <summary>Finds the known names that an unknown one may stand for.</summary>
internal static class NearNames
{
    private const int Shown = 3;

    /// <summary>The known names at an edit distance of at most a third of the length, nearest first.</summary>
    public static IEnumerable<string> Of(string name, IReadOnlyList<string> known) => known
        .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(pair => pair.distance <= Math.Max(1, name.Length / 3))
        .OrderBy(pair => pair.distance).Take(Shown).Select(pair => pair.candidate);

    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
