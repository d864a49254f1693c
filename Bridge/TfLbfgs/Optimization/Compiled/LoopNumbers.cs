namespace TfLbfgs.Optimization;

/// <summary>
/// The numbers that the compiled loop keeps from one search to the next: those of any run, and those of its points and its memory; one
/// order for the graph and the host.
/// </summary>
/// <typeparam name="T">double, or a number of the graph.</typeparam>
internal record struct LoopNumbers<T>
{
    /// <summary>How many numbers <see cref="Pack"/> gives.</summary>
    public const int Count = RunNumbers<T>.Count + 16;

    /// <summary>Those of any run.</summary>
    public RunNumbers<T> Run { get; set; }

    public T Value { get; set; }

    public T GradientMax { get; set; }

    public T GradientSquared { get; set; }

    /// <summary>The accepted step; 0 at the start.</summary>
    public T Step { get; set; }

    public T Moved { get; set; }

    public T BestValue { get; set; }

    public T BestGradientMax { get; set; }

    public T BestGradientSquared { get; set; }

    /// <summary>1 where the best point is the current one.</summary>
    public T BestIsCurrent { get; set; }

    /// <summary>The slot of the youngest pair; -1: none.</summary>
    public T Slot { get; set; }

    public T Pairs { get; set; }

    /// <summary>See <see cref="LengthShare"/>.</summary>
    public T Share { get; set; }

    /// <summary>Why it ended, a <see cref="RunEnd"/>.</summary>
    public T End { get; set; }

    /// <summary>The decrease that was predicted along the last direction.</summary>
    public T Predicted { get; set; }

    /// <summary>1 before the start is evaluated.</summary>
    public T IsStart { get; set; }

    /// <summary>The evaluations when the current point was accepted.</summary>
    public T EvaluationsAtPoint { get; set; }

    /// <summary>Numbers from <see cref="Pack"/>.</summary>
    public static LoopNumbers<T> Of(ReadOnlySpan<T> numbers)
    {
        ReadOnlySpan<T> own = numbers[RunNumbers<T>.Count..];
        return new()
        {
            Run = RunNumbers<T>.Of(numbers),
            Value = own[0],
            GradientMax = own[1],
            GradientSquared = own[2],
            Step = own[3],
            Moved = own[4],
            BestValue = own[5],
            BestGradientMax = own[6],
            BestGradientSquared = own[7],
            BestIsCurrent = own[8],
            Slot = own[9],
            Pairs = own[10],
            Share = own[11],
            End = own[12],
            Predicted = own[13],
            IsStart = own[14],
            EvaluationsAtPoint = own[15],
        };
    }

    /// <summary>All numbers, in the order that <see cref="Of"/> takes.</summary>
    public readonly T[] Pack() =>
    [
        .. Run.Pack(), Value, GradientMax, GradientSquared, Step, Moved, BestValue, BestGradientMax, BestGradientSquared, BestIsCurrent,
            Slot, Pairs, Share, End, Predicted, IsStart, EvaluationsAtPoint,
    ];
}
