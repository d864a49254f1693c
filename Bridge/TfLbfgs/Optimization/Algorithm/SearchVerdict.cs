namespace TfLbfgs.Optimization;

/// <summary>What follows from a line search.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="B">The truth value.</typeparam>
/// <param name="Numbers">The numbers of the run afterwards.</param>
/// <param name="Restarts">Whether the memory is dropped, which counts where the run goes on.</param>
/// <param name="End">Why the run is over, a <see cref="RunEnd"/> as a number, unless a rule about the new point says so.</param>
/// <param name="PredictedDecrease">The decrease that a quadratic model predicted along the direction.</param>
internal readonly record struct SearchVerdict<T, B>(RunNumbers<T> Numbers, B Restarts, T End, T PredictedDecrease);
