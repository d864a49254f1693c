namespace TfLbfgs.Optimization;

/// <summary>A loss through which no gradient reaches the parameters; <see cref="ObjectiveGuard"/> names the objective.</summary>
/// <param name="reason">Where the path ends, in a sentence.</param>
/// <param name="objective">The objective as messages name it; null: not known yet.</param>
internal sealed class UnconnectedLossException(string reason, string? objective = null) : TfLbfgsException(
    $"{(objective is null ? "" : $"{objective}: ")}expected a loss that depends on the parameters, received one through which no gradient reaches them. {reason} "
    + "What was computed before the loss was called, or read to the host, is a constant in it: compute it from the parameters inside the "
        + "loss, with differentiable operations.")
{
    /// <summary>The same with the name of an objective, where it has none.</summary>
    public UnconnectedLossException Of(string name) => objective is null ? new UnconnectedLossException(reason, name) : this;
}
