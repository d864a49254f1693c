namespace TfLbfgs.Optimization;

/// <summary>Finds a step along a direction. It sees scalars only; the vectors stay on the device.</summary>
internal interface ILineSearch
{
    /// <summary>Searches.</summary>
    /// <param name="start">Loss and slope at step 0; the slope is negative.</param>
    /// <param name="firstStep">The first step to try.</param>
    /// <param name="noise">The absolute error of the loss.</param>
    /// <param name="evaluate">Evaluates a step; null when a limit ends the search. The trial is owned by the search.</param>
    LineSearchResult Search(LinePoint start, double firstStep, double noise, Func<double, Trial?> evaluate);
}
