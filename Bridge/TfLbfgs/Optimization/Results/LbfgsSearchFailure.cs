namespace TfLbfgs.Optimization;

/// <summary>
/// A line search that found no acceptable step, and the variables that make it fail: from evaluations along its direction, which are
/// counted as all others are.
/// </summary>
/// <param name="Iteration">The iteration that was searched for: accepted iterations + 1.</param>
/// <param name="Step">The step at which it was looked into.</param>
/// <param name="PredictedChange">The change of the loss along that step that the gradients at both ends predict; NaN where one is not
/// finite.</param>
/// <param name="ActualChange">The change of the loss; may be infinite or NaN.</param>
/// <param name="Message">What was found, in a sentence with the names of the variables.</param>
public sealed record LbfgsSearchFailure(int Iteration, double Step, double PredictedChange, double ActualChange, string Message)
{
    /// <summary>One entry per variable of the layout, in its order.</summary>
    public required IReadOnlyList<VariableShare> Variables { get; init; }
}
