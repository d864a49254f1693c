namespace TfLbfgs.Optimization;

/// <summary>How a member's direction changes.</summary>
internal enum BatchTurn
{
    /// <summary>It stays: the search goes on.</summary>
    None,

    /// <summary>To the direction that the memory gives.</summary>
    Learnt,

    /// <summary>To the steepest descent.</summary>
    Steepest,
}
