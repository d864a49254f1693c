namespace TfLbfgs.Optimization;

/// <summary>What the options say to the rules.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Epsilon">The rounding of one operation in the dtype of the vectors.</param>
/// <param name="AbsoluteError">The absolute error of the loss, given or measured; 0: its rounding.</param>
/// <param name="RelativeError">The error as a part of |loss|; 0: its rounding.</param>
/// <param name="FloorIterations">See <see cref="AlgorithmOptions.FloorIterations"/>.</param>
/// <param name="MaxRestarts">See <see cref="AlgorithmOptions.MaxRestarts"/>.</param>
internal readonly record struct RuleLimits<T>(T Epsilon, T AbsoluteError, T RelativeError, T FloorIterations, T MaxRestarts);
