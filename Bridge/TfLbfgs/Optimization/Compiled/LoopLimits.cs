namespace TfLbfgs.Optimization;

/// <summary>The places of the numbers that a call of the compiled loop takes: options may change from call to call without another compilation.</summary>
internal static class LoopLimits
{
    /// <summary>The block ends at so many iterations.</summary>
    public const int StopAt = 0;
    public const int MaxEvaluations = 1;
    public const int GradientTolerance = 2;

    /// <summary>Minus infinity: no target.</summary>
    public const int TargetLoss = 3;
    public const int SufficientDecrease = 4;
    public const int Curvature = 5;
    public const int MaxTrials = 6;
    public const int MaxRestarts = 7;
    public const int Count = 8;
}
