namespace TfLbfgs.Optimization;

/// <summary>How a search by <see cref="ZoomRules{T, B}"/> stands after a trial.</summary>
internal enum ZoomStatus
{
    /// <summary>Another step is to be tried.</summary>
    Running,

    /// <summary>The last trial is accepted.</summary>
    Accepted,

    /// <summary>No trials are left, and the loss still descends.</summary>
    NoBracket,

    /// <summary>No trials are left within the bracket.</summary>
    Limit,

    /// <summary>The bracket is as narrow as rounding allows.</summary>
    NoWidth,

    /// <summary>The last trial within the bracket, or the last one that was left, is not finite.</summary>
    NotFinite,

    /// <summary>A limit or the target of the run ended the search; reported by the driver.</summary>
    Interrupted,
}
