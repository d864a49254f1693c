namespace TfLbfgs.Optimization;

/// <summary>What happens when a resumed state does not hold the loss that the objective has at its point.</summary>
public enum ChangedProblemPolicy
{
    /// <summary>An exception with both losses; the state stays as it is. Default.</summary>
    Refuse,

    /// <summary>The point is the start of a new run: pairs, counts and history of the former one are dropped.</summary>
    Restart,
}
