namespace TfLbfgs.Optimization;

/// <summary>What <see cref="ZoomRules{T, B}"/> keeps from one trial to the next.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Step">The step to try next.</param>
/// <param name="Low">The end of the bracket with the lower loss, or the last point that descends.</param>
/// <param name="High">The other end, where there is one.</param>
/// <param name="HasHigh">1 where there is a bracket, else 0.</param>
/// <param name="Wall">The smallest step whose result was not finite; infinite: none.</param>
internal readonly record struct ZoomState<T>(T Step, ZoomPoint<T> Low, ZoomPoint<T> High, T HasHigh, T Wall);
