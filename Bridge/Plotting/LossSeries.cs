namespace TfLbfgs.Plotting;

/// <summary>The points of a loss figure: one entry per accepted iteration, the start first.</summary>
/// <param name="Iterations">Accepted iterations so far.</param>
/// <param name="Evaluations">Evaluations so far.</param>
/// <param name="Seconds">Since the minimization began.</param>
/// <param name="Loss">The loss there.</param>
/// <param name="Validation">The validation loss there; NaN where it was not measured.</param>
internal sealed record LossSeries(double[] Iterations, double[] Evaluations, double[] Seconds, double[] Loss, double[] Validation)
{
    /// <summary>The named parts of the loss there; NaN where they were not measured.</summary>
    public IReadOnlyList<(string Name, double[] Values)> Terms { get; init; } = [];
}
