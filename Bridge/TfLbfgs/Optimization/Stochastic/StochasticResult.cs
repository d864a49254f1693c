using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>The end of a <see cref="StochasticLbfgs"/> run. Owns its tensors.</summary>
/// <param name="Result">
/// The point with the lowest measured loss of all data, with that loss and its gradient; the history has one entry for each measurement.
/// <see cref="LbfgsResult.Evaluations"/> counts batches.
/// </param>
/// <param name="Passes">Rows evaluated over rows there are, without the measurements.</param>
/// <param name="SkippedPairs">Correction pairs that were left out for their curvature.</param>
/// <param name="BatchLosses">The loss of the batch of each iteration, before its step.</param>
public sealed record StochasticResult(LbfgsResult Result, double Passes, int SkippedPairs, IReadOnlyList<double> BatchLosses) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose() => Result.Dispose();

    /// <summary>Reason, loss and counts in one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Result} {Passes:F1} passes, {SkippedPairs} pairs left out.");
}
