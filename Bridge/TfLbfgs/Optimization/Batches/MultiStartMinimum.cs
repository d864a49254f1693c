namespace TfLbfgs.Optimization;

/// <summary>A minimum that one start or more reached.</summary>
/// <param name="Rank">The rank of the lowest start that reached it, an index of <see cref="MultiStartResult.Entries"/>, and of its
/// position.</param>
/// <param name="Loss">The loss there.</param>
/// <param name="Count">How many starts reached it.</param>
public sealed record MultiStartMinimum(int Rank, double Loss, int Count);
