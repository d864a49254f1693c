using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>
/// Finds a step along a direction. It sees scalars only: the vectors stay on the device, with the evaluator. Immutable, so that one serves
/// any number of searches at once. Derive from it to supply another one
/// (<see cref="AlgorithmOptions.LineSearch"/>).
/// </summary>
public abstract record LineSearch
{
    /// <summary>
    /// One search: yields the steps to evaluate, each positive. After each, <see cref="Line.Last"/> tells what was found there. Ends with
    /// <see cref="Line.Accept()"/> or <see cref="Line.Fail"/>; an end without either counts as
    /// failed. It is abandoned without notice where a limit of the run ends it, and must keep to <see cref="Line.MaxTrials"/>.
    /// </summary>
    /// <param name="line">What is known of the line, and the conditions to meet.</param>
    /// <returns>The steps, made one by one.</returns>
    protected internal abstract IEnumerable<double> Steps(Line line);

    /// <summary>
    /// The step to try first, which the driver evaluates together with the direction: override it to propose another one, and saves an
    /// evaluation per iteration.
    /// </summary>
    /// <param name="proposed">The step that is likely to be right: 1 for most learnt directions, min(1, 1/|g|) for the steepest
    /// descent.</param>
    /// <returns>What <see cref="Line.FirstStep"/> will be, positive; by default the proposed one.</returns>
    protected internal virtual double FirstStep(double proposed) => proposed;

    /// <summary>
    /// The step to try first along the steepest descent, where nothing was learnt yet. Unlike <see cref="FirstStep"/> it may be chosen by
    /// the gradient, and is not evaluated before the search asks for it.
    /// </summary>
    /// <param name="gradient">How large the gradient is.</param>
    /// <param name="proposed">min(1, 1/|g|_2), or less after a search that found nothing.</param>
    /// <returns>What <see cref="Line.FirstStep"/> will be, positive; by default what <see cref="FirstStep"/> makes of the proposed
    /// one.</returns>
    protected internal virtual double FirstSteepestStep(GradientSize gradient, double proposed) => FirstStep(proposed);

    /// <summary>Checks the values of the record; called when options are checked. By default there are none.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the message names it.</exception>
    protected internal virtual void Validate()
    {
    }

    private protected void Require(bool condition, string member, string expected, double received)
    {
        if (!condition)
            throw new TfLbfgsException(
                $"{GetType().Name}.{member}: expected {expected}, received {received.ToString(CultureInfo.InvariantCulture)}.");
    }
}
