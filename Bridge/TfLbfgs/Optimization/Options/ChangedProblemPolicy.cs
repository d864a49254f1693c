namespace TfLbfgs.Optimization;

/// <summary>What happens when a resumed state does not hold the loss that the objective has at its point.</summary>
public enum ChangedProblemPolicy
{
    /// <summary>An exception with both losses; the state stays as it is. Default.</summary>
    Refuse,

    /// <summary>The point is the start of a new run: pairs, counts and history of the former one are dropped.</summary>
    Restart,

    /// <summary>
    /// The run goes on with its pairs and counts: the point is evaluated anew, and the pair of its last step, whose gradients would be of
    /// two
    /// functions, is dropped. For other data of the same kind, such as new collocation points. Where one compiled loop runs whole
    /// iterations,
    /// and for directions without memory, as <see cref="Restart"/>.
    /// </summary>
    KeepPairs,
}
