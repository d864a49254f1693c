namespace TfLbfgs.Optimization;

/// <summary>What a step of a line search must meet.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Start">Loss and slope at step 0.</param>
/// <param name="SufficientDecrease">c1.</param>
/// <param name="Curvature">c2.</param>
/// <param name="Noise">The absolute error of the loss.</param>
/// <param name="Rise">How far a step that meets the condition on the slope may end above the start.</param>
internal readonly record struct WolfeConditions<T>(ZoomPoint<T> Start, T SufficientDecrease, T Curvature, T Noise, T Rise);
