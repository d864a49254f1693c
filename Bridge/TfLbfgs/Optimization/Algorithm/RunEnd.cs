namespace TfLbfgs.Optimization;

/// <summary>The ends that the algorithm itself comes to; <see cref="Ends"/> has the sentences.</summary>
internal enum RunEnd
{
    None,

    /// <summary>By the point itself: converged, target reached, or not finite at the start.</summary>
    Point,

    /// <summary>The step no longer changes the position.</summary>
    NotMoved,

    /// <summary>Iterations changed the loss by no more than its error.</summary>
    Floor,

    /// <summary>Iterations left the loss exactly as it was.</summary>
    Unchanged,

    /// <summary>The predicted decrease is below the error of the loss.</summary>
    Predicted,

    /// <summary>Searches in a row found no lower loss.</summary>
    Failures,
}
