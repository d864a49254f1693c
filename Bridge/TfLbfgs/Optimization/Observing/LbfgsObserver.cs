using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Receives callbacks during a minimization, on the thread that minimizes. Override the methods you need. An exception in one ends the
/// minimization: the model receives the best point
/// so far, and the exception reaches the caller of <c>Minimize</c> inside a <see cref="TfLbfgsException"/>. Python:
/// <c>keras.callbacks.Callback</c>.
/// </summary>
public abstract class LbfgsObserver
{
    /// <summary>Whether <see cref="OnTrial"/> is to be called; asked once, before the start. Default: no.</summary>
    public virtual bool ReceivesTrials => false;

    /// <summary>Before the first evaluation.</summary>
    /// <param name="parameters">The number of parameters.</param>
    public virtual void OnStart(long parameters)
    {
    }

    /// <summary>After each evaluation of loss and gradient, when <see cref="ReceivesTrials"/>.</summary>
    /// <param name="trial">The evaluation.</param>
    public virtual void OnTrial(LbfgsTrial trial)
    {
    }

    /// <summary>At the start, and after each accepted iteration.</summary>
    /// <param name="progress">Its numbers.</param>
    /// <param name="position">The parameters there, shape [n]; borrowed until the method returns. Reading values of it copies them from the
    /// device.</param>
    public virtual void OnIteration(LbfgsProgress progress, Tensor position)
    {
    }

    /// <summary>
    /// The same with the gradient, the former position, the layout and what can be measured of them. Override one of the two: this one,
    /// unless it is overridden, calls the other.
    /// </summary>
    /// <param name="iteration">The numbers and the vectors; borrowed until the method returns.</param>
    public virtual void OnIteration(LbfgsIteration iteration)
    {
        ArgumentNullException.ThrowIfNull(iteration);
        OnIteration(iteration.Progress, iteration.Position);
    }

    /// <summary>
    /// After a line search that found no acceptable step and was looked into: the last one of a run that stalls, where the objective has a
    /// layout, and each one with <see cref="LbfgsOptions.ExplainFailures"/>.
    /// </summary>
    /// <param name="failure">What was found.</param>
    public virtual void OnSearchFailed(LbfgsSearchFailure failure)
    {
    }

    /// <summary>At the end, once for each <see cref="OnStart"/>, when the model holds the result.</summary>
    /// <param name="result">The result, borrowed until the method returns; null when an exception ended the minimization.</param>
    public virtual void OnEnd(LbfgsResult? result)
    {
    }
}
