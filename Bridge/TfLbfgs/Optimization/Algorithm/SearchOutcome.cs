namespace TfLbfgs.Optimization;

/// <summary>What one line search came to.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="B">The truth value.</typeparam>
internal readonly record struct SearchOutcome<T, B>
{
    /// <summary>Whether a step was accepted.</summary>
    public B Accepted { get; init; }

    /// <summary>Whether none was, by the search itself; false where a limit or a target interrupted it.</summary>
    public B Failed { get; init; }

    /// <summary>Whether a search without an accepted step has found a lower loss nevertheless, to which the run moves.</summary>
    public B Lower { get; init; }

    /// <summary>Whether the direction was -g.</summary>
    public B Fresh { get; init; }

    /// <summary>Whether the step gives a pair: see <see cref="IterationRules{T, B}.HasPair"/>.</summary>
    public B HasPair { get; init; }

    /// <summary>Whether there were pairs before.</summary>
    public B HadPairs { get; init; }

    /// <summary>Whether the noise that was measured anew is less than half, so that working precision is not reached yet.</summary>
    public B IsLessNoisy { get; init; }

    /// <summary>The multiple of the direction that was taken.</summary>
    public T Step { get; init; }

    /// <summary>max |x_i - start_i| of it.</summary>
    public T Moved { get; init; }

    /// <summary>The slope along the direction at its start.</summary>
    public T Slope { get; init; }

    /// <summary>The slope along the direction where the run stands now.</summary>
    public T NewSlope { get; init; }

    /// <summary>The loss at its start.</summary>
    public T Value { get; init; }

    /// <summary>The loss where the run stands now.</summary>
    public T NewValue { get; init; }

    /// <summary>The lowest loss before it.</summary>
    public T LowestBefore { get; init; }

    /// <summary>The error of the loss that the trials prove: see <see cref="TrialConsistency.Noise"/>.</summary>
    public T Error { get; init; }
}
