namespace TfLbfgs.Optimization;

/// <summary>
/// Runs a line search on evaluated trials and keeps those that it may end with, the last and the lowest one; the others are freed at once.
/// </summary>
/// <param name="line">The search.</param>
/// <param name="evaluate">Evaluates a step; null when a limit ends the search. The trial is then owned here.</param>
internal sealed class TrialKeeper(Line line, Func<double, Trial?> evaluate) : IDisposable
{
    private Trial? _last;
    private Trial? _lowest;

    /// <summary>Whether a limit or the target ended the search.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>Whether the search accepted the trial that <see cref="Run"/> gave.</summary>
    public bool IsAccepted { get; private set; }

    /// <summary>Searches to its end.</summary>
    /// <returns>The accepted trial, or the lowest one of a search that failed or was interrupted; null when no trial was finite. Owned by
    /// the caller.</returns>
    public Trial? Run(LineSearch search)
    {
        foreach (double step in search.Steps(line))
        {
            if (!TryEvaluate(step))
                return Hand(_lowest);
        }

        if (line.AcceptedStep is not { } accepted)
            return Hand(_lowest);
        Trial? trial = accepted == _last?.Step ? _last : accepted == _lowest?.Step ? _lowest : TryEvaluate(accepted) ? _last : null;
        IsAccepted = trial is { IsFinite: true };
        return Hand(IsAccepted ? trial : _lowest);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_lowest != _last)
            _lowest?.Dispose();
        _last?.Dispose();
    }

    private bool TryEvaluate(double step)
    {
        Trial? trial = evaluate(step);
        IsInterrupted = trial is null;
        if (trial is null)
            return false;
        if (_last != _lowest)
            _last?.Dispose();
        _last = trial;
        line.Tell(trial.Scalars.Point, trial.Moved);
        if (line.Lowest == trial.Scalars.Point)
        {
            _lowest?.Dispose();
            _lowest = trial;
        }

        return true;
    }

    /// <summary>Gives a trial away.</summary>
    private Trial? Hand(Trial? trial)
    {
        Trial? other = trial == _last ? _lowest : _last;
        if (other != trial)
            other?.Dispose();
        _last = null;
        _lowest = null;
        return trial;
    }
}
