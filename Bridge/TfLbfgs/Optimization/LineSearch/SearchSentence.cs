using System.Text;
using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// Says in words why a line search failed: its reason, which condition does not hold at its lowest trial, and the last bracket.
/// </summary>
internal static class SearchSentence
{
    /// <summary>The sentences about a failed search.</summary>
    public static string Of(Line line)
    {
        StringBuilder text = new("The last line search failed: ");
        string trials = line.Trials == 1 ? "1 trial" : Invariant($"{line.Trials} trials");
        text.Append(line.Failure switch
        {
            LineSearchFailure.NotDescending => Invariant($"the direction does not descend, slope {line.Start.Slope:G4}."),
            LineSearchFailure.NotFinite => Invariant(
                $"not finite, loss {line.Last.Value:G4} and slope {line.Last.Slope:G4} at step {line.Last.Step:G4} after {trials}."),
            LineSearchFailure.NoBracket => Invariant($"no bracket, {trials} found no two steps with a minimum between them."),
            LineSearchFailure.NoWidth => Invariant($"no width, after {trials} the bracket has shrunk to rounding."),
            LineSearchFailure.Limit => Invariant($"limit, {trials} found no step that meets the conditions."),
            _ => Invariant($"it gave no reason after {trials}."),
        });
        if (line.Lowest is { } lowest)
            text.Append(Conditions(line, lowest));
        if (line.Bracket is var (low, high))
            text.Append(Invariant($" The last bracket: {Point(low)} to {Point(high)}."));
        return text.ToString();
    }

    private static string Conditions(Line line, LinePoint point)
    {
        // A loss that rounding leaves where it was has not decreased, though the comparison says so.
        double required = line.Start.Value + line.SufficientDecrease * point.Step * line.Start.Slope;
        bool isTooHigh = line.IsTooHigh(point) || point.Value >= line.Start.Value;
        string decrease = isTooHigh
            ? Invariant($"sufficient decrease does not hold (loss {point.Value:G10}, needed below {required:G10})")
            : "sufficient decrease holds";
        double largest = -line.Curvature * line.Start.Slope;
        bool isTooSteep = !(Math.Abs(point.Slope) <= largest);
        string curvature = !isTooSteep ? "the curvature condition holds"
            : Invariant(
                $"{(isTooHigh ? "neither does the curvature condition" : "the curvature condition does not")} (|slope| {Math.Abs(point.Slope):G4} > {largest:G4})");
        return Invariant($" At the lowest trial, step {point.Step:G4}, {decrease}, {curvature}.");
    }

    private static string Point(LinePoint point) => Invariant($"step {point.Step:G6} (loss {point.Value:G10}, slope {point.Slope:G4})");
}
