namespace TfLbfgs.Optimization;

/// <summary>How far <see cref="StochasticLbfgs"/> goes along a direction.</summary>
public enum BatchStep
{
    /// <summary>
    /// Halved from <see cref="StochasticOptions.Step"/> until the loss of the batch decreases sufficiently (Armijo): each trial costs one
    /// more evaluation of the batch. It fits each batch well, and so ends as far from the minimum as the minima of batches are.
    /// </summary>
    Armijo,

    /// <summary>Always <see cref="StochasticOptions.Step"/>: ends near the minimum, not at it.</summary>
    Fixed,

    /// <summary>
    /// <see cref="StochasticOptions.Step"/> divided by 1 + k / <see cref="StochasticOptions.DecayIterations"/> in iteration k, which
    /// averages what the batches say: comes nearest. Default.
    /// </summary>
    Decaying,
}
