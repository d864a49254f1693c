namespace TfLbfgs.Optimization;

/// <summary>Whether a run is resumed with what it was said to depend on.</summary>
internal static class ResumedLabels
{
    /// <summary>Refuses a state with other labels.</summary>
    /// <param name="checkpoint">What holds now.</param>
    /// <param name="saved">What held when the state was saved.</param>
    /// <exception cref="TfLbfgsException">A label has another text, or stands on one side only; the message names it.</exception>
    public static void Check(Checkpoint checkpoint, IReadOnlyDictionary<string, string> saved)
    {
        string[] other =
            [.. checkpoint.Labels.Keys.Union(saved.Keys)
            .Where(name => checkpoint.Labels.GetValueOrDefault(name) != saved.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];
        if (other.Length == 0)
            return;
        string differences = string.Join(
            ", ", other.Select(name => $"{name} {Text(checkpoint.Labels, name)} (in the file {Text(saved, name)})"));
        throw new TfLbfgsException(
            $"{checkpoint.Path}: expected to resume with the same {string.Join(" and ", other)}, received {differences}. Restore what "
            + "has changed, or begin anew without resuming.");
    }

    private static string Text(IReadOnlyDictionary<string, string> labels, string name) =>
        labels.GetValueOrDefault(name) is { } text ? $"'{(text.Length > 40 ? text[..40] + "..." : text)}'" : "none";
}
