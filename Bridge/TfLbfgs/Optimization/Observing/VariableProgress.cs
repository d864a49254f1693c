namespace TfLbfgs.Optimization;

/// <summary>
/// Measures position, gradient and step of each variable at every k-th iteration and at the start, on the device, and hands the norms on:
/// one call and one small read each. Nothing where the objective has no layout.
/// Use it among <see cref="RunOptions.Observers"/>.
/// </summary>
/// <param name="report">Takes the iteration and one entry per variable, on the thread that minimizes.</param>
/// <param name="every">k, at least 1; default 1.</param>
/// <exception cref="TfLbfgsException">k is less than 1.</exception>
public sealed class VariableProgress(Action<LbfgsProgress, IReadOnlyList<VariableNorms>> report, int every = 1) : LbfgsObserver
{
    private readonly Action<LbfgsProgress, IReadOnlyList<VariableNorms>> _report = report
        ?? throw new ArgumentNullException(nameof(report));
    private readonly int _every = every >= 1
        ? every : throw new TfLbfgsException($"VariableProgress.every: expected 1 or more, received {every}.");

    /// <inheritdoc/>
    public override void OnIteration(LbfgsIteration iteration)
    {
        ArgumentNullException.ThrowIfNull(iteration);
        if (iteration.Progress.Iteration % _every == 0 && iteration.MeasureVariables() is { Count: > 0 } norms)
            _report(iteration.Progress, norms);
    }
}
