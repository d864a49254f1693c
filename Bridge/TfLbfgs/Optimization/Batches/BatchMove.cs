namespace TfLbfgs.Optimization;

/// <summary>Where a member moves.</summary>
internal enum BatchMove
{
    /// <summary>It stays.</summary>
    None,

    /// <summary>To the trial of the last round.</summary>
    ToTrial,

    /// <summary>To the trial that was kept.</summary>
    ToKept,
}
