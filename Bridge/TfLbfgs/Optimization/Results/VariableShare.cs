namespace TfLbfgs.Optimization;

/// <summary>What one variable contributes where a line search failed; see <see cref="LbfgsSearchFailure"/>.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Size">The number of its elements.</param>
/// <param name="Slope">Its part of the slope along the direction at the start of the search, g.d over its elements.</param>
/// <param name="TrialSlope">Its part of the slope at the trial; may be infinite or NaN.</param>
/// <param name="NotFinite">How many components of its gradient at the trial are not finite.</param>
public sealed record VariableShare(string Name, long Size, double Slope, double TrialSlope, long NotFinite)
{
    /// <summary>Where it was moved alone: the change of the loss that its gradients predict; null: it was not.</summary>
    public double? PredictedChange { get; init; }

    /// <summary>Where it was moved alone: the change of the loss; null: it was not.</summary>
    public double? ActualChange { get; init; }
}
