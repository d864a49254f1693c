namespace TfLbfgs.Optimization;

/// <summary>The end of a line search.</summary>
/// <param name="Trial">The accepted trial, or the best one of a failed search; null when no trial was finite. Owned by the receiver.</param>
/// <param name="Accepted">Whether the trial meets the conditions.</param>
/// <param name="Interrupted">Whether a limit or the target ended the search.</param>
internal sealed record LineSearchResult(Trial? Trial, bool Accepted, bool Interrupted);
