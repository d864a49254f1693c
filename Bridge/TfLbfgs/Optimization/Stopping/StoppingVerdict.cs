using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>Why a <see cref="StoppingRule"/> ends a run.</summary>
/// <param name="Reason">What the result has as <see cref="LbfgsResult.Reason"/>.</param>
/// <param name="Clause">With numbers, as a part of a sentence: no capital at its start, no full stop at its end, such as <c>max |g| = 3E-05
/// &lt;= 0.0001</c>.</param>
public sealed record StoppingVerdict(StopReason Reason, string Clause)
{
    /// <summary>The message of the result; with max |g|, where the clause does not speak of it.</summary>
    internal string Sentence(double gradientMax)
    {
        string sentence = Reason switch
        {
            StopReason.Converged => $"Converged: {Clause}",
            StopReason.TargetReached => $"Reached the target: {Clause}",
            StopReason.NoImprovement => $"No improvement: {Clause}",
            StopReason.IterationLimit or StopReason.EvaluationLimit or StopReason.TimeLimit => $"Reached a limit: {Clause}",
            StopReason.PositionTolerance or StopReason.LossTolerance => char.ToUpperInvariant(Clause[0]) + Clause[1..],
            _ => $"Stopped: {Clause}",
        };
        return Clause.Contains("max |g|", StringComparison.Ordinal)
            ? $"{sentence}." : Invariant($"{sentence}; max |g| = {gradientMax:G4}.");
    }
}
