namespace TfLbfgs.Optimization;

/// <summary>The numbers that a call of the compiled loop takes: options may change from call to call without another compilation.</summary>
/// <typeparam name="T">double, or a number of the graph.</typeparam>
/// <param name="StopAt">The block ends at this many iterations.</param>
/// <param name="MaxEvaluations">See <see cref="RunOptions.MaxEvaluations"/>.</param>
/// <param name="GradientTolerance">See <see cref="RunOptions.GradientTolerance"/>.</param>
/// <param name="TargetLoss">Minus infinity: no target.</param>
/// <param name="SufficientDecrease">c1.</param>
/// <param name="Curvature">c2.</param>
/// <param name="MaxTrials">Of one search.</param>
/// <param name="MaxRestarts">See <see cref="RuleLimits{T}"/>.</param>
/// <param name="AbsoluteError">See <see cref="RuleLimits{T}"/>.</param>
/// <param name="RelativeError">See <see cref="RuleLimits{T}"/>.</param>
/// <param name="FloorIterations">See <see cref="RuleLimits{T}"/>.</param>
/// <param name="AllowedRise">See <see cref="AlgorithmOptions.AllowedRise"/>.</param>
/// <param name="AdaptsFirstTrial">1 or 0, see <see cref="AlgorithmOptions.AdaptFirstTrial"/>.</param>
internal readonly record struct LoopLimits<T>(
    T StopAt, T MaxEvaluations, T GradientTolerance, T TargetLoss, T SufficientDecrease, T Curvature, T MaxTrials, T MaxRestarts,
        T AbsoluteError, T RelativeError, T FloorIterations, T AllowedRise, T AdaptsFirstTrial)
{
    /// <summary>How many numbers <see cref="Pack"/> gives.</summary>
    public const int Count = 13;

    /// <summary>Numbers from <see cref="Pack"/>.</summary>
    public static LoopLimits<T> Of(ReadOnlySpan<T> n) =>
        new(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11], n[12]);

    /// <summary>All numbers, in the order that <see cref="Of"/> takes.</summary>
    public T[] Pack() =>
        [StopAt, MaxEvaluations, GradientTolerance, TargetLoss, SufficientDecrease, Curvature, MaxTrials, MaxRestarts, AbsoluteError,
        RelativeError, FloorIterations, AllowedRise, AdaptsFirstTrial];
}
