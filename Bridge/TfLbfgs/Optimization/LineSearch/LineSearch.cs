namespace TfLbfgs.Optimization;

/// <summary>
/// Finds a step along a direction. It sees scalars only: the vectors stay on the device, with whoever evaluates. Immutable, so that one serves any number of searches at once. Derive from it to supply another one
/// (<see cref="LbfgsOptions.LineSearch"/>).
/// </summary>
public abstract record LineSearch
{
    /// <summary>
    /// One search: yields the steps to evaluate, each positive. After each, <see cref="Line.Last"/> tells what was found there. Ends with <see cref="Line.Accept()"/> or <see cref="Line.Fail"/>; an end without either counts as
    /// failed. It is abandoned without notice where a limit of the run ends it, and must keep to <see cref="Line.MaxTrials"/>.
    /// </summary>
    /// <param name="line">What is known of the line, and the conditions to meet.</param>
    /// <returns>The steps, made one by one.</returns>
    protected internal abstract IEnumerable<double> Steps(Line line);
}
