namespace TfLbfgs.Optimization;

/// <summary>Why the compiled loop ended; the host makes the sentence.</summary>
internal enum LoopEnd
{
    None,

    /// <summary>By the point itself: converged, target reached, or not finite at the start.</summary>
    Point,

    /// <summary>The step no longer changes the position.</summary>
    NotMoved,

    /// <summary>Iterations changed the loss by rounding only.</summary>
    Floor,

    /// <summary>Iterations left the loss exactly as it was.</summary>
    Unchanged,

    /// <summary>The predicted decrease is below the rounding of the loss.</summary>
    Predicted,

    /// <summary>Searches in a row found no lower loss.</summary>
    Failures,
}
