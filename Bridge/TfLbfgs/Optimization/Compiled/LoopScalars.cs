namespace TfLbfgs.Optimization;

/// <summary>The places of the numbers that the compiled loop keeps from one search to the next, float64.</summary>
internal static class LoopScalars
{
    public const int Iterations = 0;
    public const int Evaluations = 1;
    public const int Value = 2;
    public const int GradientMax = 3;
    public const int GradientSquared = 4;

    /// <summary>The accepted step; 0 at the start.</summary>
    public const int Step = 5;
    public const int Moved = 6;
    public const int BestValue = 7;
    public const int BestGradientMax = 8;
    public const int BestGradientSquared = 9;

    /// <summary>1 where the best point is the current one.</summary>
    public const int BestIsCurrent = 10;
    public const int Restarts = 11;
    public const int FailedSearches = 12;
    public const int FailsInRow = 13;
    public const int Floor = 14;
    public const int Unchanged = 15;
    public const int ShortStart = 16;
    public const int FirstStep = 17;
    public const int KeepsMemory = 18;

    /// <summary>The slot of the youngest pair; -1: none.</summary>
    public const int Slot = 19;
    public const int Pairs = 20;

    /// <summary>Why it ended, a <see cref="LoopEnd"/>.</summary>
    public const int End = 21;

    /// <summary>The decrease that was predicted along the last direction.</summary>
    public const int Predicted = 22;

    /// <summary>1 before the start is evaluated.</summary>
    public const int IsStart = 23;

    /// <summary>The evaluations when the current point was accepted.</summary>
    public const int EvaluationsAtPoint = 24;
    public const int Count = 25;
}
